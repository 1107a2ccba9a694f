"""项目效应评定会: the committee meets, looks at each grade, and confirms it by named vote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS

TRIGGER_REFUSALS["attendance_is_fixed"] = _(
    "Who sits in a meeting is fixed when it opens; who was there, when it closes."
)
TRIGGER_REFUSALS["meeting_is_fixed"] = _("The rules of a meeting are not changed once it has opened.")


class Share(models.TextChoices):
    """A part of all members, as rules of procedure name it."""

    MORE_THAN_HALF = "more_than_half", _("more than half")
    TWO_THIRDS = "two_thirds", _("two thirds")
    THREE_QUARTERS = "three_quarters", _("three quarters")
    ALL = "all", _("all")

    def of(self, members: int) -> int:
        """How many of so many members that is: “more than half” of 8 is 5, “two thirds” of 8 is 6."""
        match self:
            case Share.MORE_THAN_HALF:
                return members // 2 + 1
            case Share.TWO_THIRDS:
                return -(-2 * members // 3)
            case Share.THREE_QUARTERS:
                return -(-3 * members // 4)
            case _:
                return members


class EvaluationMeetingQuerySet(ScopedQuerySet):
    owner_lookups = ("seats__member__user",)

    def ahead(self) -> Self:
        """Planned, or under way."""
        return self.filter(status__in=[EvaluationMeeting.Status.PLANNED, EvaluationMeeting.Status.UNDER_WAY])


class EvaluationMeeting(Lifecycle):
    """项目效应评定会: a meeting of the committee on the grades of a closed round.

    Opening it fixes who sits in it, how many must be there and how many must agree; the database holds the rest
    (migration `meetings`): no vote without attendance, after the decision, twice, or by somebody recused.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        UNDER_WAY = "under_way", _("under way")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("called off")

    MOVES = {
        Status.PLANNED: {Status.UNDER_WAY, Status.CANCELLED},
        Status.UNDER_WAY: {Status.CLOSED, Status.CANCELLED},
    }
    NEED_REASON = {Status.CANCELLED}

    round = models.ForeignKey(
        "evaluations.EvaluationRound", models.PROTECT, related_name="meetings", verbose_name=_("evaluation round")
    )
    starts_at = models.DateTimeField(_("starts at"))
    place = models.CharField(_("place"), max_length=80)
    quorum = models.CharField(
        _("must be present"), max_length=16, choices=Share, default=Share.TWO_THIRDS, help_text=_("Of all members.")
    )
    majority = models.CharField(
        _("must agree"), max_length=16, choices=Share, default=Share.MORE_THAN_HALF, help_text=_("Of all members.")
    )
    remarks = models.TextField(_("remarks for the minutes"), max_length=4000, blank=True)
    members = models.PositiveSmallIntegerField(_("members"), null=True, editable=False)
    quorum_needed = models.PositiveSmallIntegerField(_("needed for the quorum"), null=True, editable=False)
    majority_needed = models.PositiveSmallIntegerField(_("needed to confirm"), null=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    objects = EvaluationMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation meeting")
        verbose_name_plural = _("evaluation meetings")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["under_way", "closed"])
                | Q(
                    members__gt=0,
                    quorum_needed__gt=0,
                    quorum_needed__lte=F("members"),
                    majority_needed__gt=0,
                    majority_needed__lte=F("members"),
                    opened_at__isnull=False,
                ),
                name="open_meeting_is_complete",
                violation_error_message=_("A meeting opens with members, a quorum and a majority."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.round} · {date_format(localtime(self.starts_at), 'DATE_FORMAT')}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:meeting", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        return bool(self.status == self.Status.UNDER_WAY)

    def votes_of(self, user: User) -> models.QuerySet[Any]:
        """The agenda items on which this person has voted."""
        voted: models.QuerySet[Any] = self.items.filter(votes__seat__member__user=user).values_list("pk", flat=True)
        return voted

    def audience(self, change: StatusChange) -> Iterable[User]:
        """Those who sit in it, when it is planned or called off."""
        if change.new in {self.Status.PLANNED, self.Status.CANCELLED}:
            return User.objects.filter(memberships__seats__meeting=self)
        return ()


class MeetingSeatQuerySet(ScopedQuerySet):
    region_lookup = "meeting__region"
    owner_lookups = ("meeting__seats__member__user",)

    def present(self) -> Self:
        """Those who are there now."""
        return self.filter(present_at__isnull=False, left_at=None)


class MeetingSeat(models.Model):
    """参会席位: a member who is invited, and when they came and went."""

    meeting = models.ForeignKey(
        EvaluationMeeting, models.PROTECT, related_name="seats", verbose_name=_("evaluation meeting")
    )
    member = models.ForeignKey(
        "evaluations.CommitteeMember", models.PROTECT, related_name="seats", verbose_name=_("committee member")
    )
    present_at = models.DateTimeField(_("came at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    excuse = models.CharField(_("excused because"), max_length=200, blank=True)

    objects = MeetingSeatQuerySet.as_manager()

    EVENTS = {
        "present": _("present"),
        "left": _("left"),
        "excused": _("excused"),
    }

    class Meta:
        verbose_name = _("seat in a meeting")
        verbose_name_plural = _("seats in meetings")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "member"],
                name="one_seat_a_member",
                violation_error_message=_("This member already sits in the meeting."),
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(present_at__isnull=False, left_at__gte=F("present_at")),
                name="who_leaves_was_there",
                violation_error_message=_("Only somebody who came can leave."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)

    @property
    def is_present(self) -> bool:
        return self.present_at is not None and self.left_at is None
