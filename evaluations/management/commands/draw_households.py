"""Draw a survey's households again from its published list and seed, and compare."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.models import Survey
from evaluations.services import draws


class Command(BaseCommand):
    help = "Draws a survey's households again from its list and seed and reports each difference (exit 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("survey", type=int, help="the survey's number (id)")
        parser.add_argument("--check", action="store_true", required=True, help="compare only; nothing is changed")

    def handle(self, *args: Any, survey: int, **options: Any) -> None:
        found = Survey.objects.filter(pk=survey).exclude(seed="").first()
        if found is None:
            raise CommandError(f"there is no survey {survey} that was drawn")
        differences = draws.differences(found)
        for difference in differences:
            self.stdout.write(difference)
        if differences:
            raise CommandError(f"{len(differences)} differences")
        self.stdout.write(f"{found.households.count()} places drawn again, no difference")
