from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.reloader import translation_file_changed


class Command(BaseCommand):
    help = "Compile the catalogues that are newer than what was compiled from them; needs no gettext."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in Path(folder).glob("*/LC_MESSAGES/*.po"):
                compiled = source.with_suffix(".mo")
                if not compiled.exists() or compiled.stat().st_mtime <= source.stat().st_mtime:
                    polib.pofile(str(source)).save_as_mofile(str(compiled))
                    # What this process says from here on (the demo's record, for one) is in the new words.
                    translation_file_changed(sender=None, file_path=compiled)
