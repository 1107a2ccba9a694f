"""评定: what a project got in a round, and 品牌库: the projects worth showing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS
from projects.models.people import contacts_of

from .schemes import GRADES

TRIGGER_REFUSALS["final_rating_is_fixed"] = _("A final grade is not changed any more.")
TRIGGER_REFUSALS["listing_differs_from_rating"] = _(
    "Only a project whose final grade is 3A or better is listed, with that grade."
)

GRADE_CHOICES = [(grade, grade) for grade in reversed(GRADES)]
BRAND_GRADES = ("3A", "4A", "5A")


class RatingQuerySet(ScopedQuerySet):
    owner_lookups = ("project__team__contacts__user",)

    def public(self) -> Self:
        """Everybody may know a final grade."""
        return self.final()

    def owned_by(self, user: User) -> Self:
        """A team reads its own rating from the day it was told of it."""
        return super().owned_by(user).told()

    def final(self) -> Self:
        return self.filter(status=Rating.Status.FINAL)

    def told(self) -> Self:
        """Those whose teams know them."""
        return self.filter(status__in=Rating.TOLD)

    def in_play(self) -> Self:
        """All but those left out."""
        return self.exclude(status=Rating.Status.LEFT_OUT)


class Rating(Lifecycle):
    """评定: a project's part in a round, from taking it in to its final total and grade.

    A final grade is changed by nothing; what should not stand is withdrawn as it is, with a reason.
    `breakdown` holds every figure in between (docs/scoring.md), `input_hash` what it was computed from, and `hints`
    what the committee should look at (`evaluations/cautions.py`), found in the moment in which the grade was computed.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting for marks")
        PROVISIONAL = "provisional", _("provisional")
        ANNOUNCED = "announced", _("announced, may be appealed")
        FINAL = "final", _("final")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LEFT_OUT = "left_out", _("left out")

    MOVES = {
        Status.PENDING: {Status.PROVISIONAL, Status.LEFT_OUT},
        Status.PROVISIONAL: {Status.ANNOUNCED, Status.PENDING, Status.LEFT_OUT},
        Status.ANNOUNCED: {Status.FINAL, Status.LEFT_OUT},
        Status.FINAL: {Status.WITHDRAWN},
    }
    NEED_REASON = {Status.LEFT_OUT, Status.WITHDRAWN}
    # Computed, and computed anew when something it rests on changes.
    NOT_YET_FINAL = (Status.PROVISIONAL, Status.ANNOUNCED)
    TOLD = (Status.ANNOUNCED, Status.FINAL, Status.WITHDRAWN)
    STORED = (*NOT_YET_FINAL, Status.FINAL, Status.WITHDRAWN)
    EVENTS = {"regraded": _("computed again")}

    round = models.ForeignKey(
        "evaluations.EvaluationRound", models.PROTECT, related_name="ratings", verbose_name=_("evaluation round")
    )
    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="ratings", verbose_name=_("project"))
    total = models.DecimalField(_("total points"), max_digits=12, decimal_places=4, null=True, editable=False)
    grade = models.CharField(_("grade"), max_length=2, blank=True, choices=GRADE_CHOICES, editable=False)
    breakdown = models.JSONField(_("breakdown"), default=dict, editable=False)
    hints = models.JSONField(_("hints"), null=True, editable=False)  # none before the grade is computed
    input_hash = models.CharField(_("input fingerprint"), max_length=64, blank=True, editable=False)
    scoring_version = models.CharField(_("version of the scoring core"), max_length=8, blank=True, editable=False)
    final_at = models.DateTimeField(_("final since"), null=True, editable=False)

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "project"],
                name="one_rating_per_round",
                violation_error_message=_("This project is already in this round."),
            ),
            models.CheckConstraint(
                condition=~Q(status="final")
                | (Q(total__isnull=False, final_at__isnull=False, grade__in=GRADES) & ~Q(input_hash="")),
                name="final_rating_is_complete",
                violation_error_message=_("A grade becomes final only when it has been computed."),
            ),
        ]
        indexes = [models.Index(fields=["project", "status"], name="ratings_of_a_project")]

    def __str__(self) -> str:
        return str(self.project)

    def get_absolute_url(self) -> str:
        return reverse("evaluations:rating", args=[self.pk])

    @property
    def decided_appeal(self) -> Any:
        """The appeal that was decided about this grade, which the grade then says."""
        return next((appeal for appeal in self.appeals.all() if appeal.is_decided), None)

    @property
    def shown_total(self) -> str:
        """The total with the decimal places of its scheme."""
        return str(self.breakdown.get("total") or "") if self.breakdown else ""

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The team, of its grade as announced, as computed again after that, and as final, or of being left out."""
        is_new = change.old != change.new and change.new in {*self.TOLD, self.Status.LEFT_OUT}
        if is_new or (change.old == self.Status.ANNOUNCED and change.new == "regraded"):
            return contacts_of(self.project.team)
        return ()


class BrandListingQuerySet(ScopedQuerySet):
    owner_lookups = ("project__team__contacts__user",)

    def public(self) -> Self:
        """What stands in the library today: an entry leaves it with its last day, whether or not a task has run."""
        return self.current(localdate())

    def listed(self) -> Self:
        return self.filter(status=BrandListing.Status.LISTED)

    def current(self, on: date) -> Self:
        """What the library shows on this day."""
        return self.listed().filter(until__gte=on)

    def over(self, on: date) -> Self:
        """Listed ones whose last day has passed."""
        return self.listed().filter(until__lt=on)

    def ended_early(self, on: date) -> Self:
        """Those that a newer grade ended before their last day, which is still to come."""
        return self.exclude(ended_by=None).exclude(status=BrandListing.Status.LISTED).filter(until__gte=on)


class BrandListing(Lifecycle):
    """品牌库条目: a project of 3A or better, shown to everybody until its date."""

    class Status(models.TextChoices):
        LISTED = "listed", _("listed")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES = {
        Status.LISTED: {Status.EXPIRED, Status.WITHDRAWN},
        # Listed again: the newer grade that had ended it was withdrawn.
        Status.EXPIRED: {Status.LISTED},
        Status.WITHDRAWN: {Status.LISTED},
    }
    NEED_REASON = {Status.WITHDRAWN}

    rating = models.OneToOneField(Rating, models.PROTECT, related_name="listing", verbose_name=_("rating"))
    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="listings", verbose_name=_("project"))
    grade = models.CharField(_("grade"), max_length=2, choices=GRADE_CHOICES)
    listed_on = models.DateField(_("listed on"))
    until = models.DateField(_("listed until (last day)"))
    ended_by = models.ForeignKey(
        Rating,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="ended_listings",
        verbose_name=_("ended by the newer grade"),
    )

    objects = BrandListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand listing")
        verbose_name_plural = _("brand library")
        constraints = [
            models.CheckConstraint(
                condition=Q(grade__in=BRAND_GRADES),
                name="listed_from_3a",
                violation_error_message=_("The brand library lists projects of 3A and better."),
            ),
            models.CheckConstraint(
                condition=Q(until__gte=models.F("listed_on")),
                name="listing_ends_after_it_begins",
                violation_error_message=_("A listing does not end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(status="listed"),
                name="one_listing_per_project",
                violation_error_message=_("This project is already listed."),
            ),
        ]
        indexes = [models.Index(fields=["status", "until"], name="listings_by_last_day")]

    def __str__(self) -> str:
        return f"{self.project} {self.grade}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:brand")

    def audience(self, change: StatusChange) -> Iterable[User]:
        return contacts_of(self.project.team)
