"""调查结果: what a closed survey gives each project."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import User
from communities.models.refusals import TRIGGER_REFUSALS

from .rounds import EvaluationRound
from .surveys import OfSurveyQuerySet, Survey

TRIGGER_REFUSALS["survey_is_not_counted"] = _("Results come when the survey is closed, once.")


class SurveyResultQuerySet(OfSurveyQuerySet):
    def shown(self) -> Self:
        """Nobody reads what the survey gave before the committee's round is closed for marks, whatever their role."""
        return self.filter(survey__round__status__in=EvaluationRound.MARKS_ARE_SHOWN)

    def for_user(self, user: User | AnonymousUser, perm: str) -> Self:
        return super().for_user(user, perm).shown()


class SurveyResult(models.Model):
    """调查结果: what the survey gives a project for an indicator, written once when it closes.

    `share` is the mean satisfaction from 0 to 1, `mark` the share of the full marks. Below five answers there is
    neither, and not the number either.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="results", verbose_name=_("household survey"))
    rating = models.ForeignKey(
        "evaluations.Rating", models.PROTECT, related_name="survey_results", verbose_name=_("project in the round")
    )
    indicator = models.ForeignKey(
        "evaluations.Indicator", models.PROTECT, related_name="survey_results", verbose_name=_("indicator")
    )
    answers = models.PositiveIntegerField(_("answers"), null=True)
    share = models.DecimalField(_("mean satisfaction"), max_digits=13, decimal_places=12, null=True)
    mark = models.DecimalField(_("mark"), max_digits=7, decimal_places=2, null=True)

    objects = SurveyResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey result")
        verbose_name_plural = _("survey results")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rating", "indicator"],
                name="one_result_per_indicator",
                violation_error_message=_("This result is already written."),
            ),
            models.CheckConstraint(
                condition=Q(answers=None, share=None, mark=None)
                | Q(answers__gte=5, share__gte=0, share__lte=1, mark__gte=0),
                name="few_answers_are_no_figure",
                violation_error_message=_("Fewer than five answers are nobody's figure."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating} · {self.indicator}"
