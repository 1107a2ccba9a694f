"""入户调查: a survey among drawn households of a community, its list of households and its questions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS

from .rounds import street_staff_of

TRIGGER_REFUSALS["survey_is_fixed"] = _("Once a survey is drawn, what was announced of it is not changed.")
TRIGGER_REFUSALS["questions_are_frozen"] = _("Once a survey has started, its questions are not changed.")


class SurveyQuerySet(ScopedQuerySet):
    def public(self) -> Self:
        """Everybody may see how households were drawn."""
        return self.filter(status__in=Survey.IS_DRAWN)

    def under_way(self) -> Self:
        return self.filter(status=Survey.Status.UNDER_WAY)

    def due(self, at: datetime) -> Self:
        """Those under way whose time is over."""
        return self.under_way().filter(closes_at__lte=at)


class Survey(Lifecycle):
    """入户调查: households of a community, drawn by lot, say how satisfied they are with the projects of a round.

    `population`, `frame_hash` and `unlisted` (residents with neither household nor address) tell of the list it is
    drawn from, `asked` and `answered` how many households were approached and answered when it closed.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        DRAWN = "drawn", _("drawn")
        UNDER_WAY = "under_way", _("under way")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    MOVES = {
        Status.PLANNED: {Status.DRAWN, Status.CANCELLED},
        Status.DRAWN: {Status.UNDER_WAY, Status.CANCELLED},
        Status.UNDER_WAY: {Status.CLOSED, Status.CANCELLED},
    }
    NEED_REASON = {Status.CANCELLED}
    IS_DRAWN = (Status.DRAWN, Status.UNDER_WAY, Status.CLOSED)

    # What is recorded besides the statuses.
    EVENTS = {
        "listed": _("households listed"),
        "assigned": _("interviewer named"),
        "letters_printed": _("letters printed"),
    }

    round = models.ForeignKey(
        "evaluations.EvaluationRound", models.PROTECT, related_name="surveys", verbose_name=_("evaluation round")
    )
    title = models.CharField(_("title"), max_length=80)
    intro = models.TextField(_("what households are told first"), max_length=1000, blank=True)
    intro_en = models.TextField(_("the same in English"), max_length=1000, blank=True)
    size = models.PositiveIntegerField(_("households to draw"), validators=[MinValueValidator(1)])
    substitutes = models.PositiveSmallIntegerField(
        _("substitutes (% of those drawn)"), default=100, validators=[MaxValueValidator(1000)]
    )
    visits = models.PositiveSmallIntegerField(
        _("visits before a household is absent"), default=3, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    closes_at = models.DateTimeField(_("answers until"), null=True, blank=True)
    seed = models.CharField(_("public seed"), max_length=64, blank=True, editable=False)
    population = models.PositiveIntegerField(_("households on the list"), null=True, editable=False)
    unlisted = models.PositiveIntegerField(_("residents without household or address"), null=True, editable=False)
    frame_hash = models.CharField(_("fingerprint of the list"), max_length=64, blank=True, editable=False)
    asked = models.PositiveIntegerField(_("households asked"), null=True, editable=False)
    answered = models.PositiveIntegerField(_("households that answered"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("household survey")
        verbose_name_plural = _("household surveys")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "region"],
                condition=~Q(status="cancelled"),
                name="one_survey_per_round_and_community",
                violation_error_message=_("This community already has a survey for this round."),
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1, visits__gte=1),
                name="survey_asks_somebody",
                violation_error_message=_("A survey draws at least one household and visits it at least once."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "cancelled"])
                | (Q(population__gte=models.F("size")) & ~Q(seed="") & ~Q(frame_hash="")),
                name="drawn_survey_has_list_and_seed",
                violation_error_message=_("A survey is drawn from a list of households, by a seed."),
            ),
            models.CheckConstraint(
                condition=~Q(status="under_way") | Q(closes_at__isnull=False),
                name="survey_under_way_has_an_end",
                violation_error_message=_("Say until when answers are taken."),
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(asked__isnull=False, answered__isnull=False, closed_at__isnull=False),
                name="closed_survey_is_counted",
                violation_error_message=_("A survey is closed with the number of its answers."),
            ),
        ]
        indexes = [models.Index(fields=["status", "closes_at"], name="surveys_by_end")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evaluations:survey", args=[self.pk])

    @property
    def is_drawn(self) -> bool:
        return self.status in self.IS_DRAWN

    @property
    def is_editable(self) -> bool:
        """Whether its questions may still change."""
        return self.status in {self.Status.PLANNED, self.Status.DRAWN}

    def takes_answers(self, at: datetime) -> bool:
        """Whether households are heard at this moment."""
        return self.status == self.Status.UNDER_WAY and self.closes_at is not None and at < self.closes_at

    @property
    def local_intro(self) -> str:
        return in_language(self, "intro")

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The street, when a survey is over."""
        return street_staff_of(self.round) if change.new == self.Status.CLOSED else ()


class OfSurveyQuerySet(ScopedQuerySet):
    """Parts of a survey, reached as the survey is."""

    region_lookup = "survey__region"


class SurveyFrame(models.Model):
    """住户清单: every household of the community as a grid and a code that says nothing of who lives there.

    Published, so that anybody can draw again; its SHA-256 is recorded before the seed is known. A list is never
    changed: one taken again is a new row, and the last one counts.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="frames", verbose_name=_("household survey"))
    content = models.TextField(_("list"))

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of households")
        verbose_name_plural = _("lists of households")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.survey)


class SurveyQuestion(models.Model):
    """调查题目: asked once, or of each project; with an indicator its answers become the survey's mark for it."""

    class Kind(models.TextChoices):
        SATISFACTION = "satisfaction", _("satisfaction, five levels")
        YES_NO = "yes_no", _("yes or no")
        TEXT = "text", _("text")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", verbose_name=_("household survey"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.SATISFACTION)
    text = models.CharField(_("question"), max_length=200)
    text_en = models.CharField(_("question in English"), max_length=300, blank=True)
    per_project = models.BooleanField(_("asked of each project"), default=True)
    indicator = models.ForeignKey(
        "evaluations.Indicator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("counts for the indicator"),
        help_text=_("An indicator of the method “household survey” that surveyed households mark."),
    )

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey question")
        verbose_name_plural = _("survey questions")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator=None) | (Q(per_project=True) & ~Q(kind="text")),
                name="counted_question_is_of_projects",
                violation_error_message=_("What counts for an indicator is asked of each project and is no text."),
            ),
        ]

    def __str__(self) -> str:
        return self.local_text

    @property
    def local_text(self) -> str:
        return in_language(self, "text")


def in_language(thing: models.Model, field: str) -> str:
    """A text in the reader's language; without an English one the Chinese."""
    english = getattr(thing, f"{field}_en") if (get_language() or "").startswith("en") else ""
    return str(english or getattr(thing, field))
