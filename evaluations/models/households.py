"""抽中住户: the households of a survey, and the visits to them."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.encryption import mask
from communities.models import User
from communities.models.refusals import TRIGGER_REFUSALS

from .surveys import OfSurveyQuerySet, Survey

TRIGGER_REFUSALS["household_is_done"] = _("What became of this household is already recorded.")


class SurveyHouseholdQuerySet(OfSurveyQuerySet):
    owner_lookups = ("interviewer",)

    def owned_by(self, user: User) -> Self:
        """An interviewer's, while the survey is under way."""
        return super().owned_by(user).filter(survey__status=Survey.Status.UNDER_WAY)

    def open(self) -> Self:
        return self.filter(status=SurveyHousehold.Status.OPEN)

    def approached(self) -> Self:
        """Drawn ones, and substitutes that have moved up."""
        return self.exclude(status=SurveyHousehold.Status.RESERVE)

    def to_answer(self, at: datetime) -> Self:
        """Those that may answer at this moment."""
        return self.open().filter(survey__status=Survey.Status.UNDER_WAY, survey__closes_at__gt=at)


class SurveyHousehold(models.Model):
    """抽中住户: a household's place in the draw. `household` is its public code.

    `resident` leads to the address while the survey runs; closing cuts that link and kills the codes. Stored are
    fingerprints only: `secret_hash` of the secret in the letter's QR code, `code_hash`, keyed, of its twelve digits.
    """

    class Status(models.TextChoices):
        RESERVE = "reserve", _("substitute")
        OPEN = "open", _("to be visited")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused")
        ABSENT = "absent", _("not met")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="households", verbose_name=_("household survey"))
    household = models.CharField(_("household code"), max_length=16)
    grid = models.CharField(_("grid"), max_length=32, blank=True)
    number = models.PositiveIntegerField(_("place in the draw"))
    is_drawn = models.BooleanField(_("drawn by lot"))
    status = models.CharField(_("status"), max_length=16, choices=Status)
    resident = models.ForeignKey(
        "communities.Resident", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resident")
    )
    interviewer = models.ForeignKey(
        "communities.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="survey_households",
        verbose_name=_("interviewer"),
    )
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = SurveyHouseholdQuerySet.as_manager()

    PERSONAL = ("address",)
    PERSONAL_WORDS = {"address": _("address")}

    class Meta:
        verbose_name = _("drawn household")
        verbose_name_plural = _("drawn households")
        ordering = ["survey", "grid", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "household"],
                name="no_household_twice",
                violation_error_message=_("This household is already drawn."),
            ),
            models.UniqueConstraint(
                fields=["survey", "grid", "number"],
                name="one_household_per_place",
                violation_error_message=_("This place in the draw is already taken."),
            ),
            *(
                models.UniqueConstraint(
                    fields=[f"{what}_hash"],
                    condition=~Q(**{f"{what}_hash": ""}),
                    name=f"one_letter_per_{what}",
                    violation_error_message=_("Please print the letter again."),
                )
                for what in ("secret", "code")
            ),
        ]
        indexes = [models.Index(fields=["interviewer", "status"], name="households_of_interviewer")]

    def __str__(self) -> str:
        return f"{self.grid or '—'} · {self.number}"

    @property
    def region(self) -> object:
        """Where it lies; a look at its address is recorded there."""
        return self.survey.region

    @property
    def address(self) -> str:
        """Where to knock: the address on the roll, or, without one, the household's number."""
        return (self.resident.address or self.resident.household) if self.resident else ""

    @property
    def masked_address(self) -> str:
        return mask(self.address, head=2, tail=0)

    @property
    def has_letter(self) -> bool:
        return bool(self.secret_hash)


class SurveyVisitQuerySet(OfSurveyQuerySet):
    region_lookup = "household__survey__region"
    owner_lookups = ("by",)


class SurveyVisit(models.Model):
    """走访记录: what an interviewer met at a door on a day; never changed. What was answered is not in it."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused")
        ABSENT = "absent", _("nobody at home")

    household = models.ForeignKey(
        SurveyHousehold, models.PROTECT, related_name="visits", verbose_name=_("drawn household")
    )
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    on = models.DateField(_("on"))
    by = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("interviewer"))
    # Made up by the device that noted it, so that it happens once however often it is sent.
    key = models.UUIDField(_("key of the device"), null=True, editable=False)

    objects = SurveyVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(key__isnull=False),
                name="each_visit_once",
                violation_error_message=_("This visit was already taken."),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_outcome_display())
