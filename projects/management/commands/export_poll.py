"""Print a closed poll in Pabulib's .pb format: `manage.py export_poll ID > poll.pb`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communities.models import Refused
from projects.models import Poll
from projects.services import pabulib


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("poll", type=int)

    def handle(self, *args: Any, poll: int, **options: Any) -> None:
        try:
            for line in pabulib.export(Poll.objects.get(pk=poll)):
                self.stdout.write(line, ending="")
        except (Poll.DoesNotExist, Refused) as no:
            raise CommandError(str(no)) from no
