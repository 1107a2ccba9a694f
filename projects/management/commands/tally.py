"""Count the ballots of a closed poll again and show the result: `manage.py tally ID`, for programs with `--json`."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communities.models import Refused
from projects.models import Poll
from projects.services import polls


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("poll", type=int)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, poll: int, **options: Any) -> None:
        try:
            recounted = polls.recount(Poll.objects.get(pk=poll))
        except (Poll.DoesNotExist, Refused) as no:
            raise CommandError(str(no)) from no
        if options["json"]:
            self.stdout.write(json.dumps(recounted, indent=1))
            return
        for project, votes in recounted["votes"].items():
            self.stdout.write(f"{votes:>8}  {project}")
        self.stdout.write(
            f"shortlisted: {recounted['shortlisted']}  tied: {recounted['tied']}\nseal: {recounted['seal']}"
        )
