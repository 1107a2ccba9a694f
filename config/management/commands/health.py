from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.health import PARTS, states


class Command(BaseCommand):
    help = "Say which parts are up; fails when one (of those named) is down."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])

    def handle(self, *args: Any, parts: list[str], **options: Any) -> None:
        found = states()
        self.stdout.write(json.dumps(found))
        if any(found[part] == "down" for part in parts or found):
            sys.exit(1)
