"""Load the official tree of regions from a .csv or .xlsx file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from communities import tables
from communities.models import Refused, User
from communities.services import regions


class Command(BaseCommand):
    help = "Load regions (columns code, name, parent_code, level). Safe to run twice; names are updated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = tables.read(_content(options["file"]), columns=regions.COLUMNS, most_rows=regions.MOST_ROWS)
            loaded = regions.load(lines, by=User.objects.system())
        except Refused as no:
            raise CommandError(str(no)) from no
        except regions.BadRows as bad:
            for line, message in bad.rows:
                self.stderr.write(_("line %(line)d: %(message)s") % {"line": line, "message": message})
            raise CommandError(_("Nothing was loaded: %(count)d errors.") % {"count": len(bad.rows)}) from bad
        self.stdout.write(
            _("%(added)d added, %(renamed)d renamed, %(unchanged)d unchanged.")
            % {"added": loaded.added, "renamed": loaded.renamed, "unchanged": loaded.unchanged}
        )


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(_("%(file)s cannot be read.") % {"file": file}) from error
