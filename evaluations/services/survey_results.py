"""调查结果: what a closed survey gives each project for its indicators, and how that enters the grades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from evaluations import satisfaction, scoring
from evaluations.models import EvaluationRound, Rating, Survey, SurveyResult
from evaluations.models.schemes import HOUSEHOLDS
from evaluations.services import survey_answers

# Who gives the survey's mark, as the scoring core sees it: one voice in the group of the households.
MEMBER = "survey"
PLACES = Decimal(1).scaleb(-12)


def write(survey: Survey) -> None:
    """Write down, once, what the answers give every project of the survey for every indicator that is asked about."""
    SurveyResult.objects.bulk_create(
        SurveyResult(survey=survey, **fields) for fields in computed(survey, survey_answers.counted(survey))
    )


def computed(survey: Survey, counted: dict[survey_answers.Slot, survey_answers.Levels]) -> Iterator[dict[str, Any]]:
    """The results as they follow from how often each level was answered."""
    by_indicator = defaultdict(list)
    for question in survey.questions.filter(indicator__isnull=False).select_related("indicator"):
        by_indicator[question.indicator].append(question.pk)
    ratings = Rating.objects.in_play().filter(round=survey.round_id, region=survey.region_id).order_by("pk")
    for rating in ratings:
        for indicator, questions in by_indicator.items():
            levels = [counted.get((question, rating.project_id), {}) for question in questions]
            yield {"rating": rating, "indicator": indicator, **_figures(levels, indicator.full or Decimal(0))}


def _figures(levels: list[survey_answers.Levels], full: Decimal) -> dict[str, Any]:
    """Answers, mean share and mark; `answers` is the fewest that a question which counts has."""
    shares = [satisfaction.share(each) for each in levels]
    mark = satisfaction.mark(shares, full)
    if mark is None:
        return {"answers": None, "share": None, "mark": None}
    counted = [(share, sum(each.values())) for share, each in zip(shares, levels, strict=True) if share is not None]
    share = sum((one for one, _answers in counted), Decimal(0)) / len(counted)
    return {
        "answers": min(answers for _share, answers in counted),
        "share": share.quantize(PLACES, ROUND_HALF_UP),
        "mark": mark,
    }


def marks_of(ratings: list[int]) -> dict[int, list[scoring.Mark]]:
    """The survey's marks by rating: as any member's, of one pseudo member in the group of the households."""
    found: dict[int, list[scoring.Mark]] = defaultdict(list)
    rows = SurveyResult.objects.filter(rating__in=ratings).order_by("rating_id", "id")
    for rating, project, indicator, mark in rows.values_list(
        "rating_id", "rating__project_id", "indicator__code", "mark"
    ):
        found[rating].append(
            scoring.Mark(project=str(project), member=MEMBER, group=HOUSEHOLDS, indicator=indicator, value=mark)
        )
    return found


def differences(round_: EvaluationRound) -> Iterator[tuple[SurveyResult, str, Any, Any]]:
    """Recompute a round's results from the stored answers: (result, field, stored, recomputed) wherever they differ."""
    for survey in round_.surveys.filter(status=Survey.Status.CLOSED):
        counted = survey_answers.counted(survey)
        stored = {(one.rating_id, one.indicator_id): one for one in survey.results.select_related("rating__project")}
        for fields in computed(survey, counted):
            one = stored.get((fields["rating"].pk, fields["indicator"].pk))
            if one is not None:
                yield from _different(one, fields)


def _different(one: SurveyResult, fields: dict[str, Any]) -> Iterator[tuple[SurveyResult, str, Any, Any]]:
    for name in ("answers", "share", "mark"):
        if getattr(one, name) != fields[name]:
            yield one, name, getattr(one, name), fields[name]
