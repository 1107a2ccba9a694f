from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand

LANGUAGE = "zh_Hans"
NOT_SOURCES = shutil.ignore_patterns(".*", "var", "tests", "vendor", "docs", "bench")


class Command(BaseCommand):
    help = "Fail, listing them, when strings have no Chinese or an unsure one. Needs gettext; changes nothing."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            found = _missing(Path(folder) / "copy")
        if found:
            sys.exit("\n".join([f"{len(found)} strings without Chinese (`make messages`, then translate):", *found]))


def _missing(copy: Path) -> list[str]:
    """Collect every string into a copy of the catalogue and see what is left open there."""
    shutil.copytree(settings.BASE_DIR, copy, ignore=NOT_SOURCES)
    collect = [sys.executable, "manage.py", "makemessages", "--locale", LANGUAGE, "--verbosity", "0"]
    subprocess.run(collect, cwd=copy, check=True)  # noqa: S603 (our own manage.py)
    return sorted(
        f"  {'unsure: ' if entry.fuzzy else ''}{entry.msgid!r}"
        for entry in polib.pofile(str(copy / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"))
        if not entry.obsolete and not entry.translated()
    )
