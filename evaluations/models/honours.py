"""荣誉: the best teams of a year, as the city's or a street's top ten (十佳)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS
from projects.models.people import contacts_of

from .ratings import BRAND_GRADES, GRADE_CHOICES

TRIGGER_REFUSALS["honour_rule_fixed"] = _("The rule of an honour is fixed once it has been announced.")
TRIGGER_REFUSALS["honour_differs_from_rating"] = _("Only a final grade of 3A or better is honoured, as it is.")
TRIGGER_REFUSALS["honour_figures_fixed"] = _("What a shortlist was drawn from is not changed any more.")
TRIGGER_REFUSALS["more_than_the_places"] = _("There are fewer places than that.")

FIRST_YEAR, LAST_YEAR, MOST_PLACES = 2000, 2100, 100


class HonourQuerySet(ScopedQuerySet):
    def public(self) -> Self:
        """Everybody reads the rule from its announcement on, the shortlist, and who is honoured."""
        return self.filter(status__in=Honour.PUBLIC)


class Honour(Lifecycle):
    """荣誉评选: the teams of a region that are honoured for a year, by a rule announced before."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ANNOUNCED = "announced", _("rule announced")
        SHORTLISTED = "shortlisted", _("shortlist drawn")
        AWARDED = "awarded", _("awarded")
        CANCELLED = "cancelled", _("cancelled")

    MOVES = {
        Status.DRAFT: {Status.ANNOUNCED, Status.CANCELLED},
        Status.ANNOUNCED: {Status.SHORTLISTED, Status.CANCELLED},
        Status.SHORTLISTED: {Status.AWARDED, Status.CANCELLED},
    }
    NEED_REASON = {Status.CANCELLED}
    PUBLIC = (Status.ANNOUNCED, Status.SHORTLISTED, Status.AWARDED)

    class Compare(models.TextChoices):
        SUPPORT = "support", _("percent of the votes")
        VOTES = "votes", _("number of votes")

    title = models.CharField(_("title"), max_length=80)
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    places = models.PositiveSmallIntegerField(
        _("places"), default=10, validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    least_grade = models.CharField(
        _("from which grade on"),
        max_length=2,
        default="3A",
        choices=[choice for choice in GRADE_CHOICES if choice[0] in BRAND_GRADES],
    )
    compare = models.CharField(
        _("equal grades are compared by"),
        max_length=8,
        choices=Compare,
        default=Compare.SUPPORT,
        help_text=_("Of the project's vote at its roadshow; a project without one counts as 0."),
    )

    objects = HonourQuerySet.as_manager()

    class Meta:
        verbose_name = _("honour")
        verbose_name_plural = _("honours")
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "title"],
                condition=~Q(status="cancelled"),
                name="one_honour_of_a_name_and_year",
                violation_error_message=_("This honour of the year is already there."),
            ),
            models.CheckConstraint(
                condition=Q(places__range=(1, MOST_PLACES), year__range=(FIRST_YEAR, LAST_YEAR)),
                name="honour_has_places_and_a_year",
                violation_error_message=_("An honour has 1 to 100 places, and a year."),
            ),
            models.CheckConstraint(
                condition=Q(least_grade__in=BRAND_GRADES),
                name="honoured_from_3a",
                violation_error_message=_("Only grades of 3A and better are honoured."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.year})"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:honour", args=[self.pk])


class HonourEntryQuerySet(ScopedQuerySet):
    owner_lookups = ("project__team__contacts__user",)

    def public(self) -> Self:
        return self.filter(honour__status__in=Honour.PUBLIC)

    def honoured(self) -> Self:
        return self.filter(status=HonourEntry.Status.HONOURED, honour__status=Honour.Status.AWARDED)


class HonourEntry(Lifecycle):
    """入围项目: a team on the shortlist with its strongest project, and what became of it."""

    class Status(models.TextChoices):
        SHORTLISTED = "shortlisted", _("on the shortlist")
        HONOURED = "honoured", _("honoured")
        NOT_CHOSEN = "not_chosen", _("not chosen")
        REVOKED = "revoked", _("revoked")

    MOVES = {
        Status.SHORTLISTED: {Status.HONOURED, Status.NOT_CHOSEN},
        Status.HONOURED: {Status.REVOKED},
    }
    NEED_REASON = {Status.NOT_CHOSEN, Status.REVOKED}

    honour = models.ForeignKey(Honour, models.PROTECT, related_name="entries", verbose_name=_("honour"))
    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="honours", verbose_name=_("project"))
    rating = models.ForeignKey("evaluations.Rating", models.PROTECT, related_name="honours", verbose_name=_("rating"))
    grade = models.CharField(_("grade"), max_length=2, choices=GRADE_CHOICES)
    votes = models.PositiveIntegerField(_("votes"), null=True)
    support = models.DecimalField(_("support in percent"), max_digits=9, decimal_places=6, null=True)
    rank = models.PositiveSmallIntegerField(_("rank"))
    is_tied = models.BooleanField(_("tied at the last place"), default=False)

    objects = HonourEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a shortlist")
        verbose_name_plural = _("shortlists of honours")
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["honour", "project"],
                name="shortlisted_once",
                violation_error_message=_("This project is already on the shortlist."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.honour}"

    def get_absolute_url(self) -> str:
        return self.honour.get_absolute_url()

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The team, of all but having come onto a list that may still change."""
        return () if change.new == self.Status.SHORTLISTED else contacts_of(self.project.team)
