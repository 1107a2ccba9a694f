"""Household surveys with too few answers, for the committee to look at; AppConfig.ready brings this in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.models import EvaluationRound, Rating, Survey, SurveyResult
from evaluations.sampling import margin
from evaluations.services.cautions import SOURCES, Caution

KIND, LABEL = "few_answers", gettext_lazy("too few answers in a household survey")


def of_surveys(round_: EvaluationRound, graded: Sequence[Rating]) -> Iterator[Caution]:
    """Projects that too few answered about to be marked, and surveys that fewer answered than half were drawn."""
    known = {rating.pk: rating for rating in graded}
    empty = SurveyResult.objects.filter(rating__in=list(known), mark=None).select_related("indicator", "survey")
    for result in empty.order_by("pk"):
        words = {"survey": result.survey, "indicator": result.indicator}
        text = _("%(survey)s: fewer than five answers, so %(indicator)s has no mark from it.") % words
        yield Caution(KIND, LABEL, text, known[result.rating_id])
    for survey in round_.surveys.filter(status=Survey.Status.CLOSED).order_by("pk"):
        if (survey.answered or 0) * 2 < survey.size:
            yield Caution(KIND, LABEL, _few(survey))


def _few(survey: Survey) -> str:
    off = margin(survey.answered or 0, survey.population or 0)
    words = {"survey": survey, "answered": survey.answered, "size": survey.size, "margin": "—" if off is None else off}
    return _("%(survey)s: %(answered)s answers of %(size)s wanted; the margin of error is ±%(margin)s points.") % words


SOURCES.append(of_surveys)
