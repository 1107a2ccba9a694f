"""From stored rows to the plain values of the scoring core."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from evaluations import scoring
from evaluations.models import EvaluatorGroup, Indicator, Mark, Rating, Recusal, Scheme, ScoreSheet
from evaluations.services import survey_results

Inputs = tuple[list[scoring.Mark], set[tuple[str, str]]]
# With 9 members and 25 indicators some 20,000 marks are in memory at a time, however large the round.
BATCH = 100


def scheme_of(scheme: Scheme) -> scoring.Scheme:
    """The scheme as the core reads it. Raises scoring.BadScheme when it contradicts itself."""
    leaves = scheme.indicators.filter(full__isnull=False).order_by("order", "id").prefetch_related("groups")
    return scoring.Scheme(
        groups=tuple(_group(group) for group in scheme.groups.all()),
        indicators=tuple(_leaf(leaf) for leaf in leaves),
        grades=tuple(scheme.thresholds()),
        places=scheme.places,
        round_at=frozenset(_levels(scheme)),
        gates=tuple(
            scoring.Gate(grade=gate.grade, indicator=gate.indicator.code, at_least=gate.at_least)
            for gate in scheme.gates.select_related("indicator")
        ),
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
    """Each rating with the marks and recusals that its grade depends on, a batch in memory at a time."""
    for batch in batches(ratings):
        rows = list(ratings.filter(pk__in=batch).order_by("pk"))
        marks, recusals = _marks(batch), _recusals(rows)
        for rating in rows:
            yield rating, (marks[rating.pk], {(str(rating.project_id), member) for member in recusals[rating.pk]})


def batches(ratings: QuerySet[Rating]) -> list[list[int]]:
    """The ratings by number, so many together as are read at once."""
    numbers = list(ratings.order_by("pk").values_list("pk", flat=True))
    return [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]


def _marks(batch: list[int]) -> dict[int, list[scoring.Mark]]:
    """The marks of the sheets that count and of household surveys, by rating."""
    found: dict[int, list[scoring.Mark]] = defaultdict(list)
    facts = ScoreSheet.objects.filter(rating__in=batch).current().order_by()
    sheets = {
        sheet: (found[rating], str(project), str(member), group)
        for sheet, rating, project, member, group in facts.values_list(
            "pk", "rating_id", "rating__project_id", "member_id", "member__group"
        )
    }
    rows = Mark.objects.filter(sheet__in=list(sheets)).order_by()
    for sheet, indicator, value in rows.values_list("sheet_id", "indicator__code", "value"):
        marks, project, member, group = sheets[sheet]
        marks.append(scoring.Mark(project, member, group, indicator, value))
    for rating, surveyed in survey_results.marks_of(batch).items():
        found[rating] += surveyed
    return found


def _recusals(ratings: list[Rating]) -> dict[int, list[str]]:
    """The members recused from each rating's project, as far as it was before the grade became final."""
    rows = Recusal.objects.filter(project__in=[rating.project_id for rating in ratings])
    known: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    seated = rows.filter(user__memberships__isnull=False)
    for project, member, at in seated.values_list("project_id", "user__memberships", "at"):
        known[project].append((str(member), at))
    return {
        rating.pk: [m for m, at in known[rating.project_id] if rating.final_at is None or at <= rating.final_at]
        for rating in ratings
    }
