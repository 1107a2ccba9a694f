"""课程: the classes of a course, and the places that people redeem in them.

Whether somebody came is said by the voucher of the place: used, they came; lapsed, they did not.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, F, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet

if TYPE_CHECKING:
    from communities.models import User


class CourseSessionQuerySet(ScopedQuerySet):
    owner_lookups = ("reward__partner__clerks__user",)

    def public(self) -> Self:
        return self.filter(status=CourseSession.Status.PLANNED, reward__status="offered")

    def to_come(self, *, at: datetime) -> Self:
        """Classes that have not begun, the next one first."""
        return self.filter(status=CourseSession.Status.PLANNED, starts_at__gt=at).order_by("starts_at", "id")

    def with_free(self) -> Self:
        """Add how many seats nobody has."""
        return self.annotate(free=F("seats") - Count("places", Q(places__seat_number__isnull=False)))


class CourseSession(Lifecycle):
    """课次: one class of a course, with a time and a number of seats."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        CANCELLED = "cancelled", _("cancelled")

    MOVES = {Status.PLANNED: {Status.CANCELLED}}
    NEED_REASON = {Status.CANCELLED}
    EVENTS = {"seats changed": _("seats changed")}

    reward = models.ForeignKey("Reward", models.PROTECT, related_name="sessions", verbose_name=_("course"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"), editable=False)
    place = models.CharField(_("place"), max_length=120, blank=True, help_text=_("Empty: at the partner's."))
    place_en = models.CharField(_("place in English"), max_length=160, blank=True)
    seats = models.PositiveIntegerField(_("seats"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)

    objects = CourseSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="class_ends_after_it_starts",
                violation_error_message=_("A class ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1), name="class_has_a_seat", violation_error_message=_("At least one seat.")
            ),
            models.UniqueConstraint(
                fields=["reward", "starts_at"],
                condition=Q(status="planned"),
                name="one_class_at_a_time",
                violation_error_message=_("This course has a class at this time already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reward} · {date_format(localtime(self.starts_at), 'DATETIME_FORMAT')}"

    def get_absolute_url(self) -> str:
        return self.reward.get_absolute_url()

    @property
    def where(self) -> str:
        """The place in the reader's language; the partner's address where none is named."""
        english = "" if (get_language() or "zh").startswith("zh") else self.place_en
        return english or self.place or self.reward.partner.address

    def audience(self, _change: Any) -> list[User]:
        """Those whose place was given back because the class is off."""
        if self.cancelled_at is None:
            return []
        lost = self.places.filter(given_back_at=self.cancelled_at).select_related("volunteer__user")
        return [place.volunteer.user for place in lost]


class CoursePlaceQuerySet(ScopedQuerySet):
    region_lookup = "session__region"
    owner_lookups = ("volunteer__user", "session__reward__partner__clerks__user")

    def taken(self) -> Self:
        """Those that were not given back, by seat."""
        return self.exclude(seat_number=None).order_by("seat_number")


class CoursePlace(models.Model):
    """课程名额: a seat in a class, held by a voucher; its number is given up when the voucher is cancelled."""

    session = models.ForeignKey(CourseSession, models.PROTECT, related_name="places", verbose_name=_("class"))
    volunteer = models.ForeignKey(
        "Volunteer", models.PROTECT, related_name="course_places", verbose_name=_("volunteer")
    )
    redemption = models.OneToOneField("Redemption", models.PROTECT, related_name="place", verbose_name=_("redemption"))
    seat_number = models.PositiveIntegerField(_("seat"), null=True, editable=False)
    given_back_at = models.DateTimeField(_("given back at"), null=True, editable=False)

    objects = CoursePlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a class")
        verbose_name_plural = _("places in classes")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "seat_number"],
                name="one_person_per_seat",
                violation_error_message=_("Somebody has just taken this seat; please try again."),
            ),
            models.UniqueConstraint(
                fields=["session", "volunteer"],
                condition=Q(seat_number__isnull=False),
                name="one_place_each_in_a_class",
                violation_error_message=_("You already have a place in this class."),
            ),
            models.CheckConstraint(
                condition=Q(seat_number=None, given_back_at__isnull=False) | Q(seat_number__gte=1, given_back_at=None),
                name="a_place_is_held_or_given_back",
                violation_error_message=_("A place is held until it is given back."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.seat_number or '—'}"

    @property
    def is_off(self) -> bool:
        """Whether its class does not take place."""
        return bool(self.session.status == CourseSession.Status.CANCELLED)
