from __future__ import annotations

import secrets
from typing import Any

from cryptography.fernet import Fernet
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print fresh secrets for an .env file. Keep FIELD_KEYS and INDEX_KEY safe: without them the data is lost."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("SECRET_KEY", "INDEX_KEY", "POSTGRES_PASSWORD"):
            self.stdout.write(f"{name}={secrets.token_urlsafe(48)}")
        self.stdout.write(f"FIELD_KEYS={Fernet.generate_key().decode()}")
