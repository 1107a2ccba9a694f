"""签到签退: hours that are true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from volunteers.models import Activity, Attendance, Correction, Volunteer

from . import certificates, device_marks, earnings, profiles, signups

Status, Means = Attendance.Status, Attendance.Means
TIME_TO_CHECK_IN = timedelta(hours=1)
TIME_TO_CHECK_OUT = timedelta(hours=1)


@transaction.atomic
def check_in(
    activity: Activity,
    *,
    volunteer: Volunteer,
    by: User,
    means: str = Means.LIST,
    at: datetime | None = None,
    device: str = "",
) -> Attendance:
    """Note that a volunteer has come, from an hour before the beginning; who has no place takes a free one.

    Checking in twice changes nothing; who is still checked in at an activity that has ended waits for its leader.
    """
    at = at or now()
    take_turn(volunteer)
    profiles.must_be_active(volunteer)
    if (
        activity.status != Activity.Status.PUBLISHED
        or not activity.starts_at - TIME_TO_CHECK_IN <= at < activity.ends_at
    ):
        raise Refused(_("Check-in is open from one hour before the beginning to the end."), code="wrong_time")
    open_now = volunteer.attendances.open().select_related("activity")
    here: Attendance | None = open_now.filter(activity=activity).first()
    if here:
        return here
    mark_forgotten(open_now.filter(activity__ends_at__lte=at), by=by)
    if signups.sign_up(activity, volunteer=volunteer, by=by, at=at).place_number is None:
        raise Refused(_("All places are taken; you are on the waiting list."), code="activity_is_full")
    attendance = Attendance(activity=activity, volunteer=volunteer, region=activity.region)
    attendance.started_at, attendance.means_in = at, means
    attendance.begin(by=by)
    device_marks.note(attendance, device=device, is_leaving=False, at=at)
    return attendance


@transaction.atomic
def leave(
    activity: Activity,
    *,
    volunteer: Volunteer,
    by: User,
    means: str = Means.CODE,
    at: datetime | None = None,
    device: str = "",
) -> Attendance:
    """Check a volunteer out of the activity where they are checked in, by the code at the place."""
    here: Attendance | None = volunteer.attendances.open().filter(activity=activity).first()
    if here is None:
        raise Refused(_("You are not checked in here."), code="not_checked_in")
    end_stay(here, by=by, means=means, at=at or now())
    device_marks.note(here, device=device, is_leaving=True, at=at or now())
    return here


def check_out(attendance: Attendance, *, by: User, at: datetime | None = None) -> None:
    """Note that a volunteer has gone, or when they went who forgot to say so; never in the future."""
    at = at or now()
    if at > now():
        raise Refused(_("A check-out is not in the future."), code="in_the_future")
    not_oneself(attendance, by)
    end_stay(attendance, by=by, means=Means.LIST, at=at)


@transaction.atomic
def send_off(attendance: Attendance, *, by: User, at: datetime | None = None) -> bool:
    """Check a volunteer out now; False, and nothing changes, when somebody already has (a second tap)."""
    attendance.take()
    if attendance.status != Status.PRESENT:
        return False
    check_out(attendance, by=by, at=at)
    return True


@transaction.atomic
def end_stay(attendance: Attendance, *, by: User, means: str, at: datetime) -> None:
    """Write down when a stay ended; whoever calls this knows the moment by a code or by the leader's word."""
    if attendance.locked().status not in {Status.PRESENT, Status.FORGOTTEN}:
        raise Refused(_("The check-out is noted already."), code="wrong_status")
    attendance.ended_at = at
    attendance.move(Status.LEFT, by=by, ended_at=at, minutes=attendance.lasted, means_out=means)


def take_turn(volunteer: Volunteer) -> None:
    """Put what is noted of one person at the same moment (two phones, a phone and the leader) in line."""
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)


@transaction.atomic
def correct(attendance: Attendance, *, started_at: datetime, ended_at: datetime, reason: str, by: User) -> Correction:
    """Set the times of an unconfirmed attendance right, with a reason; what stood there stays on record."""
    not_oneself(attendance, by)
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if ended_at > now():
        raise Refused(_("A check-out is not in the future."), code="in_the_future")
    locked = attendance.locked()
    if locked.status != Status.LEFT:
        raise Refused(_("Times are corrected after the check-out and before hours are confirmed."), code="wrong_status")
    correction = Correction.objects.create(
        attendance=locked,
        old_started_at=locked.started_at,
        old_ended_at=locked.ended_at,
        started_at=started_at,
        ended_at=ended_at,
        reason=reason.strip(),
        actor=by,
    )
    attendance.started_at, attendance.ended_at = started_at, ended_at
    attendance.minutes = max(attendance.lasted, 0)
    attendance.save(update_fields=["started_at", "ended_at", "minutes"])
    return correction


@transaction.atomic
def confirm(attendance: Attendance, *, by: User, evaluation: str, minutes: int | None = None) -> None:
    """Confirm the hours with an evaluation (fewer minutes than the stay if there was a break); points follow, once.

    Hours confirmed anew may leave room for points that a cap had cut off other stays.
    """
    not_oneself(attendance, by)
    if not evaluation.strip():
        raise Refused(_("Please say in a word how the service was done."), code="evaluation_needed")
    others = _others_to_look_at(attendance)
    alone = Attendance.objects.select_for_update(of=("self",))  # others come to the activity meanwhile
    locked = alone.select_related("activity__region", "volunteer").get(pk=attendance.pk)
    if locked.status == Status.LEFT:
        locked.minutes = locked.minutes if minutes is None else minutes
        locked.confirmations += 1
        locked.points, locked.journal = earnings.issue(locked, by=by)
    fields = {name: getattr(locked, name) for name in ("minutes", "confirmations", "points", "journal")}
    attendance.move(Status.CONFIRMED, by=by, evaluation=evaluation.strip(), **fields)
    earnings.make_good(others, by=by)


@transaction.atomic
def confirm_all(
    stays: Iterable[Attendance], *, by: User, evaluation: str, minutes: Mapping[int, int | None] | None = None
) -> None:
    """Confirm several stays with one evaluation, all or none; `minutes` by attendance where there was a break."""
    for stay in stays:
        confirm(stay, by=by, evaluation=evaluation, minutes=(minutes or {}).get(stay.pk))


@transaction.atomic
def reject(attendance: Attendance, *, reason: str, by: User) -> None:
    """Accept no hours for a stay, with the reason that the volunteer will read."""
    not_oneself(attendance, by)
    others = _others_to_look_at(attendance)
    reason, fields = _points_back(attendance.locked(), reason, by)
    attendance.move(Status.REJECTED, by=by, reason=reason, **fields)
    earnings.make_good(others, by=by)


def _others_to_look_at(attendance: Attendance) -> list[Attendance]:
    """Confirmed stays whose points depend on one that was confirmed before; taken in one order, as it is itself."""
    if not attendance.confirmations:
        return []
    month = earnings.of_the_month(attendance).order_by("pk").select_for_update(of=("self",))
    rows = month.select_related("activity__region", "volunteer", "journal")
    others = [stay for stay in rows if stay.pk != attendance.pk and stay.status == Status.CONFIRMED]
    return sorted(others, key=lambda stay: (stay.started_at, stay.pk))


@transaction.atomic
def reopen(attendance: Attendance, *, reason: str, by: User) -> None:
    """Take a confirmation back, with a reason: the points go back by a reversing journal, the hours wait again.

    Hours are set right whatever became of the points: what was spent already stays spent, and the record says so.
    """
    not_oneself(attendance, by)
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    noted, fields = _points_back(attendance.locked(), reason, by)
    attendance.move(Status.LEFT, by=by, reason=noted, **fields)
    day = localdate(attendance.started_at)
    certificates.outdate(attendance.volunteer, first=day, last=day, reason=reason, by=by)


def _points_back(attendance: Attendance, reason: str, by: User) -> tuple[str, dict[str, None]]:
    """Take the points of a stay back, as far as there are any; the reason, with a note where they were spent."""
    if earnings.take_back(attendance, reason=reason, by=by):
        return reason, {"points": None, "journal": None}
    note = _("Its points (%(points)d) were spent already and could not be taken back.") % {"points": attendance.points}
    return f"{reason} {note}", {}


def mark_forgotten(attendances: Iterable[Attendance], *, by: User) -> None:
    """Leave open check-outs to the leader; nobody guesses when somebody went."""
    for attendance in attendances:
        attendance.move(Status.FORGOTTEN, by=by)


def not_oneself(attendance: Attendance, by: User) -> None:
    """Refuse somebody who decides on their own hours."""
    if attendance.volunteer.user_id == by.pk:
        raise Refused(_("Nobody decides on their own hours."), code="own_hours")
