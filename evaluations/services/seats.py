"""参会: who is there, who left, who is excused."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from evaluations.models import EvaluationMeeting, MeetingSeat


def seat_of(meeting: EvaluationMeeting, user: User) -> MeetingSeat | None:
    """This person's seat in a meeting, if they have one."""
    return meeting.seats.filter(member__user=user).select_related("member__user").first()


def is_quorate(meeting: EvaluationMeeting) -> bool:
    """Whether enough members are there to vote."""
    return meeting.quorum_needed is not None and meeting.seats.present().count() >= meeting.quorum_needed


@transaction.atomic
def arrive(seat: MeetingSeat, *, by: User, at: datetime | None = None) -> None:
    """A member is there: by their own phone, or noted by the street. Again changes nothing."""
    _check_under_way(seat)
    if not seat.is_present:
        seat.present_at, seat.left_at = seat.present_at or at or now(), None
        seat.save(update_fields=["present_at", "left_at"])
        record(seat, region=seat.meeting.region, new="present", by=by)


@transaction.atomic
def leave(seat: MeetingSeat, *, by: User, at: datetime | None = None) -> None:
    """A member has left; what they voted before stands."""
    _check_under_way(seat)
    if not seat.is_present:
        raise Refused(_("Only somebody who came can leave."), code="not_present")
    seat.left_at = max(at or now(), seat.present_at or now())
    seat.save(update_fields=["left_at"])
    record(seat, region=seat.meeting.region, new="left", by=by)


@transaction.atomic
def excuse(seat: MeetingSeat, *, reason: str, by: User) -> None:
    """Note why a member does not come; they count among all members nevertheless."""
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    seat.excuse = reason.strip()
    seat.save(update_fields=["excuse"])
    record(seat, region=seat.meeting.region, new="excused", by=by, reason=reason)


def _check_under_way(seat: MeetingSeat) -> None:
    if not seat.meeting.is_under_way:
        raise Refused(_("This meeting is not under way."), code="wrong_status")
