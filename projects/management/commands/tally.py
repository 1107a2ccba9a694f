"""Count the ballots of a closed poll again and show the result: `manage.py tally ID`, for programs with `--json`.

`--rule`, `--winners` and `--budget` try another rule on the same ballots; nothing is changed.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communities.models import Refused
from projects import tally
from projects.models import Poll
from projects.services import counting

KINDS = [tally.BEST, tally.SHARE, tally.BUDGET_SKIP, tally.BUDGET_STOP]


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("poll", type=int)
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--rule", dest="kind", choices=KINDS)
        parser.add_argument("--winners", type=int)
        parser.add_argument("--budget", type=Decimal)
        parser.add_argument("--share", type=Decimal)

    def handle(self, *args: Any, poll: int, **options: Any) -> None:
        other = {name: options[name] for name in ("kind", "winners", "budget", "share") if options[name] is not None}
        try:
            recounted = counting.recount(Poll.objects.get(pk=poll), **other)
        except (Poll.DoesNotExist, Refused) as no:
            raise CommandError(str(no)) from no
        if options["json"]:
            self.stdout.write(json.dumps(recounted, indent=1))
            return
        for project, votes in recounted["votes"].items():
            self.stdout.write(f"{votes:>8}  {recounted['support'][project]:>8} %  {project}")
        for name in ("shortlisted", "tied", "waiting", "seal"):
            self.stdout.write(f"{name}: {recounted[name]}")
