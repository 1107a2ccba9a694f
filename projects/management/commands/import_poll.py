"""Make a closed poll from a Pabulib file: `manage.py import_poll FILE.pb --region CODE`.

Approval and scoring votes are taken; ordinal ones are refused. What of it could not be taken is said line by line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communities.models import Refused, Region, User
from projects.pabulib_file import Unreadable, read
from projects.services import imports


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--region", required=True, help="division code of the community")

    def handle(self, *args: Any, file: Path, region: str, **options: Any) -> None:
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                found = read(lines)
            where = Region.objects.get(code=region)
            poll, numbers = imports.import_poll(found, region=where, by=User.objects.system())
        except (OSError, UnicodeDecodeError, Unreadable, Refused) as no:
            raise CommandError(str(no)) from no
        except Region.DoesNotExist as no:
            raise CommandError(f"There is no region {region}.") from no
        for line in found.left_out:
            self.stderr.write(line)
        for code, number in numbers.items():
            self.stdout.write(f"project {code} → {number}  {found.projects[code].name}")
        self.stdout.write(f"poll {poll.pk}: {poll.ballots} ballots, {poll.get_status_display()}; rule in the file:")
        self.stdout.write(f"{found.meta.get('rule', '—')}; counted here in order of support while the budget lasts")
