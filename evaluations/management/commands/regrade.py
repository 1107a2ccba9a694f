"""Recompute a round's grades from the stored score sheets, and compare."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.models import EvaluationRound
from evaluations.services import ratings


class Command(BaseCommand):
    help = "Recomputes every grade of a round from its stored score sheets and reports each difference (exit 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", type=int, help="the round's number (id)")
        parser.add_argument("--check", action="store_true", required=True, help="compare only; nothing is changed")

    def handle(self, *args: Any, round: int, **options: Any) -> None:  # noqa: A002 (the argument's name)
        found = EvaluationRound.objects.filter(pk=round).first()
        if found is None or found.scheme is None:
            raise CommandError(f"there is no evaluation round {round} with a scheme")
        count = 0
        for rating, field, stored, recomputed in ratings.differences(found):
            count += 1
            self.stdout.write(f"{rating.project_id} {rating}: {field} stored {stored!r}, recomputed {recomputed!r}")
        if count:
            raise CommandError(f"{count} differences")
        graded = found.ratings.exclude(input_hash="").count()
        self.stdout.write(f"{graded} ratings recomputed, no difference")
