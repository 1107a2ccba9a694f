from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from config import generated_docs

PAGES = {"permissions.md": generated_docs.permissions, "lifecycles.md": generated_docs.lifecycles}


class Command(BaseCommand):
    help = "Write docs/permissions.md and docs/lifecycles.md from the code; --check says whether they are current."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        stale = []
        for name, write in PAGES.items():
            page, text = settings.BASE_DIR / "docs" / name, write()
            if page.exists() and page.read_text() == text:
                continue
            stale.append(f"docs/{name}")
            if not check:
                page.write_text(text)
        if check and stale:
            sys.exit(f"Not current: {', '.join(stale)}. Run `make docs` and commit.")
