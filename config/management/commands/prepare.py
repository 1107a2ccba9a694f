from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Bring translations, database and static files up to date, and load the demo in demo mode."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("compile_translations")
        call_command("migrate", interactive=False, verbosity=0)
        _collect_static()
        if settings.DEMO:
            call_command("demo")


def _collect_static() -> None:
    """Collected anew only when a source changed: hashing and compressing takes seconds."""
    stamp, now = Path(settings.STATIC_ROOT) / ".collected", _fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)


def _fingerprint() -> str:
    facts = sorted(
        (path, *_size_and_time(storage.path(path))) for finder in get_finders() for path, storage in finder.list([])
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _size_and_time(path: str) -> tuple[int, float]:
    stat = Path(path).stat()
    return stat.st_size, stat.st_mtime
