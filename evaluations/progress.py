"""Who has handed in how much: for the street, without a single mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from evaluations.models import CommitteeMember, EvaluationRound, ScoreSheet


@dataclass(frozen=True)
class Row:
    """One member's progress in a round."""

    member: CommitteeMember
    assigned: int
    submitted: int
    missing: int


def progress_of(round_: EvaluationRound, *, on: date | None = None) -> list[Row]:
    """Every member with a sheet in the round, those with most missing first."""
    first = ScoreSheet.objects.filter(rating__round=round_, version=1)
    missing = first.missing(on=on or localdate())
    counted = first.filter(Q(status=ScoreSheet.Status.SUBMITTED) | Exists(missing.filter(pk=OuterRef("pk"))))
    return sorted(_rows(counted), key=lambda row: (-row.missing, row.member.pk))


def _rows(counted: QuerySet[ScoreSheet]) -> list[Row]:
    figures = (
        counted.order_by()
        .values("member")
        .annotate(assigned=Count("pk"), submitted=Count("pk", filter=Q(status=ScoreSheet.Status.SUBMITTED)))
    )
    members = CommitteeMember.objects.select_related("user").in_bulk([row["member"] for row in figures])
    return [
        Row(members[row["member"]], row["assigned"], row["submitted"], row["assigned"] - row["submitted"])
        for row in figures
    ]
