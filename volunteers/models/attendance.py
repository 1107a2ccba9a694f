"""签到签退: who was there, from when to when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext_lazy as _

from communities.calendar import add_working_days, last_day_before
from communities.models import Lifecycle, ScopedQuerySet

if TYPE_CHECKING:
    from communities.models import User

# 《志愿服务记录与证明出具办法（试行）》: hours are recorded within ten working days after the activity.
WORKING_DAYS_TO_RECORD = 10
# Nobody helps longer than this without a break; the database refuses it (migration `laws`).
LONGEST_ATTENDANCE = timedelta(hours=16)


class AttendanceQuerySet(ScopedQuerySet):
    # The volunteer, and the activity's leader; services let nobody decide on their own hours.
    owner_lookups = ("volunteer__user", "activity__leader")

    def open(self) -> Self:
        """Checked in and not out."""
        return self.filter(status=Attendance.Status.PRESENT)

    def to_confirm(self) -> Self:
        return self.filter(status=Attendance.Status.LEFT)

    def forgotten(self) -> Self:
        return self.filter(status=Attendance.Status.FORGOTTEN)

    def unrecorded(self) -> Self:
        """Neither confirmed nor rejected."""
        return self.exclude(status__in=[Attendance.Status.CONFIRMED, Attendance.Status.REJECTED])

    def overdue(self, *, at: datetime) -> Self:
        """Unrecorded, and the ten working days after the activity are over (红色清单)."""
        return self.unrecorded().filter(activity__ends_at__lt=recorded_until(localdate(at)))

    def confirmed(self) -> Self:
        return self.filter(status=Attendance.Status.CONFIRMED)

    def total_minutes(self) -> int:
        """Service minutes; only confirmed ones count. They are never spent and never expire."""
        return self.confirmed().aggregate(total=Sum("minutes"))["total"] or 0


class Attendance(Lifecycle):
    """签到签退: one stay of one volunteer at one activity.

    The database refuses stays of one person that overlap (so no day has more than 24 hours), stays of more than
    16 hours, more minutes than the stay lasted, and, where hours of the same days were taken over from before, that
    confirmed ones come with them to more than the days have.
    """

    class Status(models.TextChoices):
        PRESENT = "present", _("checked in")
        FORGOTTEN = "forgotten", _("check-out forgotten")
        LEFT = "left", _("checked out")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("not accepted")

    MOVES = {
        Status.PRESENT: {Status.LEFT, Status.FORGOTTEN, Status.REJECTED},
        Status.FORGOTTEN: {Status.LEFT, Status.REJECTED},
        Status.LEFT: {Status.CONFIRMED, Status.REJECTED},
        Status.CONFIRMED: {Status.LEFT},
    }
    NEED_REASON = {Status.REJECTED}

    class Means(models.TextChoices):
        CODE = "code", _("code at the place")
        LIST = "list", _("by the leader")
        LATE_CODE = "latecode", _("code at the place, sent later")
        LATE_LIST = "latelist", _("by the leader, sent later")

    activity = models.ForeignKey("Activity", models.PROTECT, related_name="attendances", verbose_name=_("activity"))
    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="attendances", verbose_name=_("volunteer"))
    started_at = models.DateTimeField(_("checked in at"))
    ended_at = models.DateTimeField(_("checked out at"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("minutes"), null=True, editable=False)
    means_in = models.CharField(_("check-in by"), max_length=8, choices=Means, editable=False)
    means_out = models.CharField(_("check-out by"), max_length=8, choices=Means, blank=True, editable=False)
    evaluation = models.TextField(_("evaluation"), blank=True)
    confirmations = models.PositiveSmallIntegerField(default=0, editable=False)
    points = models.PositiveIntegerField(_("points"), null=True, editable=False)
    journal = models.OneToOneField(
        "Journal", models.PROTECT, null=True, editable=False, related_name="attendance", verbose_name=_("journal")
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        indexes = [models.Index(fields=["volunteer", "started_at"], name="attendance_of_a_volunteer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gt=F("started_at")),
                name="attendance_ends_after_it_starts",
                violation_error_message=_("The check-out is after the check-in."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["left", "confirmed"]) | Q(ended_at__isnull=False, minutes__isnull=False),
                name="attendance_over_has_its_minutes",
                violation_error_message=_("Without a check-out there are no minutes."),
            ),
            models.UniqueConstraint(
                fields=["volunteer"],
                condition=Q(status="present"),
                name="present_at_one_place",
                violation_error_message=_("You are still checked in somewhere else: check out there first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.volunteer}"

    def get_absolute_url(self) -> str:
        return self.activity.get_absolute_url()

    @property
    def is_late(self) -> bool:
        """Whether the check-in or the check-out was sent later."""
        return not {self.means_in, self.means_out}.isdisjoint({self.Means.LATE_CODE, self.Means.LATE_LIST})

    @property
    def is_unrecorded(self) -> bool:
        return self.status not in {self.Status.CONFIRMED, self.Status.REJECTED}

    @property
    def due_on(self) -> date:
        """The last day for recording the hours."""
        return last_day_to_record(self.activity.ends_at)

    @property
    def lasted(self) -> int:
        """Whole minutes between check-in and check-out."""
        return int((self.ended_at - self.started_at).total_seconds() // 60) if self.ended_at else 0

    def audience(self, change: Any) -> list[User]:
        """The volunteer hears that hours were confirmed, not accepted, or wait because of a forgotten check-out."""
        told = {self.Status.CONFIRMED, self.Status.REJECTED, self.Status.FORGOTTEN}
        return [self.volunteer.user] if change.new in told else []


def last_day_to_record(ends_at: datetime) -> date:
    """The last day for recording the hours of an activity that ended at this moment."""
    return add_working_days(localdate(ends_at), WORKING_DAYS_TO_RECORD)


def recorded_until(today: date) -> datetime:
    """Hours of activities that ended before this moment should have been recorded by yesterday."""
    last = last_day_before(today - timedelta(days=1), WORKING_DAYS_TO_RECORD)
    return make_aware(datetime.combine(last + timedelta(days=1), time()))


class Correction(models.Model):
    """补正: the times of an attendance were set right: what stood there, what stands now, who and why."""

    attendance = models.ForeignKey(Attendance, models.PROTECT, related_name="corrections")
    old_started_at = models.DateTimeField(_("check-in before"))
    old_ended_at = models.DateTimeField(_("check-out before"), null=True)
    started_at = models.DateTimeField(_("checked in at"))
    ended_at = models.DateTimeField(_("checked out at"))
    reason = models.TextField(_("reason"))
    actor = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("by whom"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return f"{self.attendance_id} · {self.reason}"
