"""From stored rows to the plain values of the scoring core."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from django.db.models import QuerySet

from evaluations import scoring
from evaluations.models import EvaluatorGroup, Indicator, Mark, Rating, Recusal, Scheme, ScoreSheet

Inputs = tuple[list[scoring.Mark], set[tuple[str, str]]]


def scheme_of(scheme: Scheme) -> scoring.Scheme:
    """The scheme as the core reads it. Raises scoring.BadScheme when it contradicts itself."""
    leaves = scheme.indicators.filter(full__isnull=False).order_by("order", "id").prefetch_related("groups")
    return scoring.Scheme(
        groups=tuple(_group(group) for group in scheme.groups.all()),
        indicators=tuple(_leaf(leaf) for leaf in leaves),
        grades=tuple(scheme.thresholds()),
        places=scheme.places,
        round_at=frozenset(_levels(scheme)),
        bonus_cap=scheme.bonus_cap,
    )


def _group(group: EvaluatorGroup) -> scoring.Group:
    return scoring.Group(
        code=group.code,
        weight=group.weight,
        aggregate=scoring.Aggregate(
            method=scoring.Method(group.method),
            drop_high=group.drop_high,
            drop_low=group.drop_low,
            minimum=group.minimum,
            below_minimum=scoring.BelowMinimum(group.below_minimum),
        ),
    )


def _leaf(leaf: Indicator) -> scoring.Indicator:
    return scoring.Indicator(
        code=leaf.code,
        full=leaf.full or scoring.ZERO,
        weight=leaf.weight,
        groups=tuple(sorted(group.code for group in leaf.groups.all())),
        kind=scoring.Kind(leaf.kind),
    )


def _levels(scheme: Scheme) -> Iterator[scoring.Level]:
    yield scoring.Level.TOTAL
    if scheme.round_groups:
        yield scoring.Level.GROUP_MEAN
    if scheme.round_indicators:
        yield scoring.Level.INDICATOR


def inputs_of(ratings: QuerySet[Rating]) -> Iterator[tuple[Rating, Inputs]]:
    """Each rating with the marks and recusals that its grade depends on, a few in memory at a time."""
    recusals = _recusals(ratings)
    by_rating = _marks(ratings)
    waiting = next(by_rating, None)
    for rating in ratings.order_by("pk").iterator(chunk_size=200):
        marks: list[scoring.Mark] = []
        if waiting and waiting[0] == rating.pk:
            marks, waiting = waiting[1], next(by_rating, None)
        known = {
            (str(rating.project_id), str(member))
            for project, member, at in recusals
            if project == rating.project_id and (rating.final_at is None or at <= rating.final_at)
        }
        yield rating, (marks, known)


def _marks(ratings: QuerySet[Rating]) -> Iterator[tuple[int, list[scoring.Mark]]]:
    sheets = ScoreSheet.objects.filter(rating__in=ratings).current()
    rows = (
        Mark.objects.filter(sheet__in=sheets)
        .order_by("sheet__rating_id", "sheet_id", "id")
        .values_list(
            "sheet__rating_id",
            "sheet__rating__project_id",
            "sheet__member_id",
            "sheet__member__group",
            "indicator__code",
            "value",
        )
        .iterator(chunk_size=5000)
    )
    for rating, group in groupby(rows, key=itemgetter(0)):
        yield rating, [_mark(*row[1:]) for row in group]


def _mark(project: int, member: int, group: str, indicator: str, value: Decimal | None) -> scoring.Mark:
    return scoring.Mark(project=str(project), member=str(member), group=group, indicator=indicator, value=value)


def _recusals(ratings: QuerySet[Rating]) -> Iterable[tuple[int, int, datetime]]:
    """(project, member, at) of everybody who is recused from one of these projects."""
    rows = Recusal.objects.filter(project__in=ratings.values("project"), user__memberships__isnull=False)
    return list(rows.values_list("project_id", "user__memberships", "at"))
