"""离线签到: check-ins and check-outs that a device kept without network and sent later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet

from .attendance import Attendance

if TYPE_CHECKING:
    from communities.models import User

# What arrives within this time of its moment counts as noted on the spot: as long as one has from a scan to the button.
ON_THE_SPOT = timedelta(minutes=5)


class KeptScanQuerySet(ScopedQuerySet):
    owner_lookups = ("volunteer__user", "activity__leader")

    def waiting(self) -> Self:
        """Those that the leader, or staff, must look at, the longest waiting first."""
        return self.filter(status=KeptScan.Status.WAITING).order_by("arrived_at", "id")


class KeptScan(Lifecycle):
    """离线签到: one check-in or check-out that a device kept and sent later, taken once under the key it came with.

    `at` is the moment it stands for: by a code, the half minute of the code itself; by the leader's list, the leader's
    clock. What cannot be noted as it is (`why`) waits for the leader; nothing that was sent is lost. The database
    refuses to change what was sent (migration `attendance`).
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting for the leader")
        NOTED = "noted", _("noted")
        REJECTED = "rejected", _("not accepted")

    MOVES = {Status.WAITING: {Status.NOTED, Status.REJECTED}}
    NEED_REASON = {Status.REJECTED}

    class Why(models.TextChoices):
        TOO_OLD = "too_old", _("It came more than 48 hours later.")
        UNREADABLE = "unreadable", _("No code of this activity; the time is the phone's.")
        DECIDED = "decided", _("The hours were already decided on.")
        DIFFERS = "differs", _("It says another time than what is noted.")
        ELSEWHERE = "elsewhere", _("At this time the volunteer was already somewhere else.")
        FORBIDDEN = "forbidden", _("Training or insurance was missing, or there was paid work at that time.")
        NO_CHECK_IN = "no_check_in", _("There is no check-in before it.")
        NO_PLACE = "no_place", _("The volunteer had no place.")
        WRONG_TIME = "wrong_time", _("The activity was not open for it at that time.")
        NOT_ACTIVE = "not_active", _("The volunteer was not active.")
        NO_GUARDIAN = "no_guardian", _("The guardian's consent was not on record.")

    activity = models.ForeignKey("Activity", models.PROTECT, related_name="kept_scans", verbose_name=_("activity"))
    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="kept_scans", verbose_name=_("volunteer"))
    is_leaving = models.BooleanField(_("check-out"))
    means = models.CharField(_("noted by"), max_length=8, choices=Attendance.Means)
    at = models.DateTimeField(_("stands for"))
    phone_at = models.DateTimeField(_("clock of the device"))
    arrived_at = models.DateTimeField(_("arrived at"))
    why = models.CharField(_("why it waits"), max_length=12, choices=Why, blank=True)
    attendance = models.ForeignKey(
        Attendance, models.PROTECT, null=True, related_name="kept_scans", verbose_name=_("attendance")
    )
    sender = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("sent by"))
    key = models.CharField(max_length=64, editable=False)

    objects = KeptScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in sent later")
        verbose_name_plural = _("check-ins sent later")
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "key"],
                name="kept_scan_taken_once",
                violation_error_message=_("This was already sent."),
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__gte=F("at")),
                name="kept_scan_after_its_moment",
                violation_error_message=_("What is sent is not from the future."),
            ),
            models.CheckConstraint(
                condition=~Q(status="waiting") | ~Q(why=""),
                name="kept_scan_says_why_it_waits",
                violation_error_message=_("What waits says why."),
            ),
            models.CheckConstraint(
                condition=~Q(status="noted") | Q(attendance__isnull=False),
                name="kept_scan_noted_somewhere",
                violation_error_message=_("What is noted belongs to an attendance."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.volunteer}"

    def get_absolute_url(self) -> str:
        return self.activity.get_absolute_url()

    @property
    def is_late(self) -> bool:
        """Whether it came later than on the spot."""
        return self.arrived_at - self.at > ON_THE_SPOT

    def audience(self, change: Any) -> list[User]:
        """The volunteer hears that it was not accepted; the leader that one waits."""
        if change.new == self.Status.REJECTED:
            return [self.volunteer.user]
        if change.new == self.Status.WAITING and self.activity.leader:
            return [self.activity.leader]
        return []
