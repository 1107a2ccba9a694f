"""调查回答: what households answered, by nobody knows whom. Only services/survey_answers.py knows this module."""

from __future__ import annotations

import uuid

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models.refusals import TRIGGER_REFUSALS

from .surveys import Survey, SurveyQuestion

TRIGGER_REFUSALS["survey_takes_no_answers"] = _("This survey takes no answers now.")
TRIGGER_REFUSALS["answered_once"] = _("This household has already answered. Thank you.")
TRIGGER_REFUSALS["answer_does_not_fit"] = _("This is no answer to this question.")


class SurveyAnswerManager(models.Manager["SurveyAnswer"]):
    def shuffle(self, survey: int) -> None:
        """Write a survey's answers anew in random order, in one transaction: their place tells nothing any more."""
        chance = "gen_random_uuid()" if connection.vendor == "postgresql" else "random()"
        rows = f"SELECT * FROM evaluations_surveyanswer WHERE survey_id = %s ORDER BY {chance}"  # noqa: S608 (own words)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE shuffled_answers AS {rows}", [survey])
            cursor.execute("DELETE FROM evaluations_surveyanswer WHERE survey_id = %s", [survey])
            cursor.execute("INSERT INTO evaluations_surveyanswer SELECT * FROM shuffled_answers")
            cursor.execute("DROP TABLE shuffled_answers")


class SurveyAnswer(models.Model):
    """调查回答: one household's answer to one question (of one project); it names no household and no time.

    Every household that answers leaves one row for each question, an empty one where it said nothing, so that the
    database can hold that no household is heard twice. Yes is level 5 and no is level 1.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+", verbose_name=_("household survey"))
    question = models.ForeignKey(SurveyQuestion, models.PROTECT, related_name="+", verbose_name=_("survey question"))
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    grid = models.CharField(_("grid"), max_length=32, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    text = models.TextField(_("text"), max_length=1000, blank=True)

    objects = SurveyAnswerManager()

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        indexes = [models.Index(fields=["question", "project"], name="answers_to_a_question")]
        constraints = [
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__gte=1, level__lte=5),
                name="answer_is_one_of_five_levels",
                violation_error_message=_("An answer is one of the five levels."),
            )
        ]

    def __str__(self) -> str:
        return str(self.level or self.text or "—")
