"""Recompute a round's grades from the stored score sheets, and compare."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.models import User
from evaluations.models import EvaluationRound
from evaluations.services import regrading, survey_results

REASON = "regrade"
WIDTH = 30


class Command(BaseCommand):
    help = (
        "Recomputes every grade of a round from its stored score sheets. With --check each difference is reported"
        " (exit 1) and nothing is changed; without it, provisional grades that differ are stored anew, on record."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", type=int, help="the round's number (id)")
        parser.add_argument("--check", action="store_true", help="compare only; nothing is changed")
        parser.add_argument("--reason", default=REASON, help="what the record says of grades that change")

    def handle(self, *args: Any, round: int, check: bool, reason: str, **options: Any) -> None:  # noqa: A002 (the argument's name)
        found = EvaluationRound.objects.filter(pk=round).select_related("scheme").first()
        if found is None or found.scheme is None:
            raise CommandError(f"there is no evaluation round {round} with a scheme")
        count, differences = self._recompute(found)
        for difference in differences:
            self.stdout.write(str(difference))
        wrong = list(survey_results.differences(found))
        for result, field, stored, recomputed in wrong:
            self.stdout.write(f"survey: {result}: {field} stored {stored!r}, recomputed {recomputed!r}")
        if not differences and not wrong:
            self.stdout.write(f"{count} ratings recomputed, no difference")
        elif check or wrong:  # what a survey gave is never stored anew
            raise CommandError(f"{len(differences) + len(wrong)} differences")
        else:
            mended = regrading.mend(differences, by=User.objects.system(), reason=reason)
            self.stdout.write(f"{count} ratings recomputed, {mended} provisional ones stored anew")

    def _recompute(self, round_: EvaluationRound) -> tuple[int, list[regrading.Difference]]:
        total, done, found = regrading.graded(round_).count(), 0, []
        began = time.monotonic()
        for count, differences in regrading.check(round_):
            done += count
            found += differences
            self._draw(done, total, time.monotonic() - began)
        return done, found

    def _draw(self, done: int, total: int, seconds: float) -> None:
        """A bar that grows in a terminal; in a log, a line each time."""
        bar = ("#" * (WIDTH * done // total)).ljust(WIDTH, ".")
        ending = "\r" if self.stderr.isatty() and done < total else "\n"
        self.stderr.write(f"[{bar}] {done}/{total} {seconds:.0f} s", ending=ending)
