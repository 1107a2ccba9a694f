"""考评轮次: one evaluation of a street's running projects, and the rhythm in which they come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, IntegerField, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from communities.grants import Role
from communities.models import Lifecycle, RoleAssignment, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS

TRIGGER_REFUSALS["round_is_closed"] = _("The round is closed; sheets are no longer handed in.")
TRIGGER_REFUSALS["opens_after_it_closes"] = _("A round opens before its marks are due.")
TRIGGER_REFUSALS["too_many_days_of_grace"] = _("Late sheets are taken for 30 days at most.")

MOST_DAYS_OF_GRACE = 30
DAY = timedelta(days=1)


class EvaluationRoundQuerySet(ScopedQuerySet):
    def open(self) -> Self:
        return self.filter(status=EvaluationRound.Status.OPEN)

    def due(self, at: datetime) -> Self:
        """Open ones whose time is over, days of grace included."""
        return self._with_end().open().filter(end__lte=at)

    def taking_marks(self, at: datetime) -> Self:
        """Open ones in which sheets are still taken at this moment."""
        return self._with_end().open().filter(end__gt=at)

    def to_open(self, at: datetime) -> Self:
        """Drafts that open by themselves and whose time has come."""
        return self.filter(status=EvaluationRound.Status.DRAFT, opens_at__lte=at)

    def _with_end(self) -> Self:
        grace = ExpressionWrapper(
            Coalesce(F("grace_days"), 0, output_field=IntegerField()) * DAY, output_field=DurationField()
        )
        return self.alias(end=ExpressionWrapper(F("closes_at") + grace, output_field=DateTimeField()))

    def announced(self) -> Self:
        return self.filter(status=EvaluationRound.Status.ANNOUNCED)

    def past_appeal(self, on: date) -> Self:
        """Announced ones whose last day for appeals has passed."""
        return self.announced().filter(appeals_until__lt=on)

    def without_open_appeals(self) -> Self:
        """All but those of which an appeal is still to be decided."""
        return self.exclude(ratings__appeals__status__in=("filed", "under_review"))


class EvaluationRound(Lifecycle):
    """考评轮次: a street's committee rates the running projects for a period.

    Opening freezes the scheme and hands out the sheets; closing computes the grades; announcing tells each team its
    own and gives it time to appeal (申诉); publishing makes them final.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open for marks")
        CLOSED = "closed", _("closed for marks")
        ANNOUNCED = "announced", _("announced to the teams")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", _("cancelled")

    MOVES = {
        Status.DRAFT: {Status.OPEN, Status.CANCELLED},
        Status.OPEN: {Status.CLOSED, Status.CANCELLED},
        # Open again: a project could not be graded because marks were missing.
        Status.CLOSED: {Status.ANNOUNCED, Status.OPEN, Status.CANCELLED},
        Status.ANNOUNCED: {Status.PUBLISHED, Status.CANCELLED},
    }
    NEED_REASON = {Status.CANCELLED}
    MARKS_ARE_SHOWN = (Status.CLOSED, Status.ANNOUNCED, Status.PUBLISHED)
    UNDER_WAY = (Status.OPEN, Status.CLOSED, Status.ANNOUNCED)

    title = models.CharField(_("title"), max_length=80)
    starts_on = models.DateField(_("period from"))
    ends_on = models.DateField(_("period until"))
    committee = models.ForeignKey(
        "evaluations.Committee",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rounds",
        verbose_name=_("committee"),
    )
    scheme = models.ForeignKey(
        "evaluations.Scheme", models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name=_("scheme")
    )
    opens_at = models.DateTimeField(
        _("opens by itself at"), null=True, blank=True, help_text=_("Leave empty to open it by hand.")
    )
    closes_at = models.DateTimeField(_("marks until"), null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_DAYS_OF_GRACE)],
        help_text=_(
            "So many days longer late sheets are taken, and those who are late reminded daily."
            " Empty: the round closes on time."
        ),
    )
    # Empty, as in rounds from before there were meetings, is no.
    confirmed_by_meeting = models.BooleanField(
        _("an evaluation meeting confirms the grades"),
        null=True,
        blank=True,
        help_text=_("Without its vote on every project the grades are not announced."),
    )
    appeal_days = models.PositiveSmallIntegerField(
        _("working days to appeal"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Counted from the day after the teams are told; the day itself does not count."),
    )
    announced_at = models.DateTimeField(_("teams told at"), null=True, editable=False)
    appeals_until = models.DateField(_("appeals until (last day)"), null=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    objects = EvaluationRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation round")
        verbose_name_plural = _("evaluation rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "starts_on", "ends_on"],
                condition=~Q(status="cancelled"),
                name="one_round_per_street_and_period",
                violation_error_message=_("This street already has a round for this period."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="period_ends_after_it_begins",
                violation_error_message=_("The period does not end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"])
                | Q(committee__isnull=False, scheme__isnull=False, closes_at__isnull=False),
                name="open_round_is_complete",
                violation_error_message=_("A round needs a committee, a scheme and a closing time before it opens."),
            ),
            models.CheckConstraint(
                condition=Q(appeal_days__gte=1, appeal_days__lte=60),
                name="time_to_appeal_is_a_day_to_sixty",
                violation_error_message=_("Teams have from 1 to 60 working days to appeal."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["announced", "published"])
                | Q(announced_at__isnull=False, appeals_until__isnull=False),
                name="announced_round_has_a_time_to_appeal",
                violation_error_message=_("Grades are told to the teams with a last day for appeals."),
            ),
        ]
        indexes = [models.Index(fields=["status", "closes_at"], name="rounds_by_closing_time")]

    def __str__(self) -> str:
        return self.title

    def is_open(self, at: datetime) -> bool:
        """Whether sheets are taken at this moment."""
        return self.status == self.Status.OPEN and self.takes_until is not None and at < self.takes_until

    def is_overdue(self, at: datetime) -> bool:
        """Whether its marks were due, and late ones are still taken."""
        return self.is_open(at) and self.closes_at is not None and self.closes_at <= at

    @property
    def takes_until(self) -> datetime | None:
        """When it closes by itself: when its marks are due, or so many days of grace later."""
        return self.closes_at and self.closes_at + self.grace_days * DAY if self.grace_days else self.closes_at

    def takes_appeals(self, on: date) -> bool:
        """Whether a team may still appeal on this day."""
        return self.status == self.Status.ANNOUNCED and self.appeals_until is not None and on <= self.appeals_until

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The street of a round that was drafted; the committee of the rest, up to the closing."""
        if change.new == self.Status.DRAFT:
            return street_staff_of(self)
        if change.new in {self.Status.OPEN, self.Status.CANCELLED} and self.committee:
            people: Iterable[User] = User.objects.filter(
                memberships__in=self.committee.members.serving(on=change.at.date())
            )
            return people
        return ()


class RatingRhythmQuerySet(ScopedQuerySet):
    def due(self, on: date) -> Self:
        return self.filter(is_active=True, next_on__lte=on)


class RatingRhythm(models.Model):
    """考评周期: how often a street rates; on `next_on` the round for the months before it is drafted."""

    region = models.OneToOneField(
        "communities.Region", models.PROTECT, related_name="rating_rhythm", verbose_name=_("street")
    )
    months = models.PositiveSmallIntegerField(
        _("every so many months"), default=6, validators=[MinValueValidator(1), MaxValueValidator(36)]
    )
    next_on = models.DateField(_("next on"))
    is_active = models.BooleanField(_("active"), default=True)

    EVENTS = {
        "set": _("rhythm set"),
    }

    objects = RatingRhythmQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating rhythm")
        verbose_name_plural = _("rating rhythms")
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=36),
                name="rhythm_is_a_month_to_three_years",
                violation_error_message=_("A rhythm is between 1 and 36 months."),
            )
        ]

    def __str__(self) -> str:
        return str(_("%(region)s: every %(months)s months") % {"region": self.region, "months": self.months})


def street_staff_of(round_: EvaluationRound) -> models.QuerySet[User]:
    """The staff of the street that holds the round."""
    held = RoleAssignment.objects.active().filter(role=Role.STREET_STAFF, region=round_.region_id)
    people: models.QuerySet[User] = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return people
