"""离线签到: what was noted without network arrives later, is taken once, and is never lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from volunteers.models import Activity, Attendance, KeptScan, Signup, Volunteer

from . import attendances, device_marks, signups, spot_codes

Status, Why, Means = KeptScan.Status, KeptScan.Why, Attendance.Means
Stay = Attendance.Status
# What is older goes to the leader.
OLDEST = timedelta(hours=48)
# Two notes of the same step (a phone's and the leader's) are seldom of the same second.
SAME = timedelta(minutes=1)
# What the database says of somebody who was at another place.
ELSEWHERE = {"attendance_overlaps", "present_at_one_place"}
# Of one volunteer at one activity; whoever sends more has something else in mind.
MOST_WAITING = 5


class Waits(Exception):
    """It cannot be noted as it is; the leader looks at it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@transaction.atomic
def send_code(
    activity: Activity,
    *,
    volunteer: Volunteer,
    code: str,
    is_leaving: bool,
    phone_at: datetime,
    key: str,
    by: User,
    at: datetime | None = None,
    device: str = "",
) -> KeptScan:
    """Take a code that a volunteer's phone kept; the moment is the code's, whatever the phone's clock says.

    The same key again changes nothing. Refused is only what cannot be a code (`mistyped`), and a sixth that waits.
    """
    at = at or now()
    code = spot_codes.plain(code)
    if not spot_codes.is_well_formed(code):
        raise Refused(_("This is no code: please compare it letter by letter."), code="mistyped")
    moment = spot_codes.moment_of(code, activity=activity, at=at)
    scan = KeptScan(activity=activity, volunteer=volunteer, is_leaving=is_leaving, means=Means.CODE)
    scan.at, scan.why = (moment, "") if moment else (min(phone_at, at), Why.UNREADABLE)
    return _take(scan, phone_at=phone_at, key=key, by=by, at=at, device=device)


@transaction.atomic
def send_tick(
    activity: Activity,
    *,
    volunteer: Volunteer,
    is_leaving: bool,
    noted_at: datetime,
    key: str,
    by: User,
    at: datetime | None = None,
) -> KeptScan:
    """Take what the leader noted on the list without network, at the leader's time."""
    at = at or now()
    if is_leaving and volunteer.user_id == by.pk:
        raise Refused(_("Nobody decides on their own hours."), code="own_hours")
    scan = KeptScan(activity=activity, volunteer=volunteer, is_leaving=is_leaving, means=Means.LIST)
    scan.at = min(noted_at, at)
    return _take(scan, phone_at=noted_at, key=key, by=by, at=at)


@transaction.atomic
def accept(scan: KeptScan, *, by: User, at: datetime | None = None) -> None:
    """Note what waits at the moment it stands for; times that were noted otherwise are corrected on record."""
    attendances.take_turn(scan.volunteer)
    _not_oneself(scan, by)
    note = _accept_leaving if scan.is_leaving else _accept_arrival
    scan.move(Status.NOTED, by=by, attendance=note(scan, by=by, at=at or now()))


def reject(scan: KeptScan, *, reason: str, by: User) -> None:
    """Do not note what waits, with the reason that the volunteer will read."""
    _not_oneself(scan, by)
    scan.move(Status.REJECTED, by=by, reason=reason)


def _take(scan: KeptScan, *, phone_at: datetime, key: str, by: User, at: datetime, device: str = "") -> KeptScan:
    attendances.take_turn(scan.volunteer)
    known: KeptScan | None = KeptScan.objects.filter(sender=by, key=key).first()
    if known:
        return known
    scan.region, scan.sender, scan.key = scan.activity.region, by, key
    scan.phone_at, scan.arrived_at = phone_at, at
    if scan.is_late:
        scan.means = {Means.CODE: Means.LATE_CODE, Means.LIST: Means.LATE_LIST}[Means(scan.means)]
    scan.attendance, scan.why = _noted(scan, by)
    scan.status = Status.NOTED if scan.attendance else Status.WAITING
    if scan.status == Status.WAITING:
        _refuse_many(scan)
    scan.begin(by=by)
    if scan.attendance:
        device_marks.note(scan.attendance, device=device, is_leaving=scan.is_leaving, at=scan.at)
    return scan


def _noted(scan: KeptScan, by: User) -> tuple[Attendance | None, str]:
    """The attendance that it became part of, or why it waits."""
    if scan.why or scan.arrived_at - scan.at > OLDEST:
        return None, scan.why or Why.TOO_OLD
    try:
        with transaction.atomic():
            return (_note_leaving if scan.is_leaving else _note_arrival)(scan, by), ""
    except Waits as waits:
        return None, waits.why
    except IntegrityError as error:
        is_elsewhere = Refused.from_database(error).code in ELSEWHERE
        return None, Why.ELSEWHERE if is_elsewhere else Why.FORBIDDEN


def _note_arrival(scan: KeptScan, by: User) -> Attendance:
    for stay in scan.volunteer.attendances.filter(activity=scan.activity).order_by("started_at"):
        is_in_it = stay.started_at - SAME <= scan.at and (stay.ended_at is None or scan.at < stay.ended_at)
        if stay.status in {Stay.CONFIRMED, Stay.REJECTED} and (is_in_it or stay.started_at > scan.at):
            raise Waits(Why.DECIDED)
        if is_in_it:
            found: Attendance = stay
            return found
        if stay.started_at > scan.at:
            raise Waits(Why.DIFFERS)
    _check_may_come(scan, by)
    return _begin_stay(scan, by=by, at=scan.arrived_at)


def _check_may_come(scan: KeptScan, by: User) -> None:
    activity, volunteer = scan.activity.locked(), scan.volunteer
    is_shown = activity.status in {Activity.Status.PUBLISHED, Activity.Status.ENDED}
    if not (is_shown and activity.starts_at - attendances.TIME_TO_CHECK_IN <= scan.at < activity.ends_at):
        raise Waits(Why.WRONG_TIME)
    if volunteer.status != Volunteer.Status.ACTIVE:
        raise Waits(Why.NOT_ACTIVE)
    if volunteer.needs_guardian(on=localdate(scan.at)):
        raise Waits(Why.NO_GUARDIAN)
    if Signup.objects.signed_up().filter(activity=activity, volunteer=volunteer).exists():
        return
    try:
        signup = signups.sign_up(activity, volunteer=volunteer, by=by, at=scan.arrived_at)
    except Refused:
        raise Waits(Why.NO_PLACE) from None
    if signup.place_number is None:
        raise Waits(Why.NO_PLACE)


def _begin_stay(scan: KeptScan, *, by: User, at: datetime) -> Attendance:
    """Where the activity is over by now, the check-out is waited for, as of everybody who forgot it."""
    activity, volunteer = scan.activity, scan.volunteer
    stay = Attendance(activity=activity, volunteer=volunteer, region=activity.region)
    stay.started_at, stay.means_in = scan.at, scan.means
    over = activity.ends_at + attendances.TIME_TO_CHECK_OUT <= at
    stay.status = Stay.FORGOTTEN if over else Stay.PRESENT
    if not over:
        elsewhere = volunteer.attendances.open().select_related("activity")
        attendances.mark_forgotten(elsewhere.filter(activity__ends_at__lte=at), by=by)
    stay.begin(by=by)
    return stay


def _note_leaving(scan: KeptScan, by: User) -> Attendance:
    stay = _stay_before(scan)
    if stay is None:
        raise Waits(Why.NO_CHECK_IN)
    if stay.ended_at and abs(stay.ended_at - scan.at) <= SAME:
        return stay
    if stay.status in {Stay.CONFIRMED, Stay.REJECTED}:
        raise Waits(Why.DECIDED)
    if stay.status == Stay.LEFT:
        raise Waits(Why.DIFFERS)
    attendances.end_stay(stay, by=by, means=scan.means, at=scan.at)
    return stay


def _stay_before(scan: KeptScan) -> Attendance | None:
    stays = scan.volunteer.attendances.filter(activity=scan.activity, started_at__lt=scan.at)
    found: Attendance | None = stays.order_by("-started_at").first()
    return found


def _accept_arrival(scan: KeptScan, *, by: User, at: datetime) -> Attendance:
    """Who had left by then came a second time; else it is about the stay that is noted."""
    undecided = scan.volunteer.attendances.unrecorded().filter(activity=scan.activity)
    stay: Attendance | None = undecided.exclude(ended_at__lte=scan.at).order_by("started_at").first()
    if stay is None:
        return _begin_stay(scan, by=by, at=at)
    if stay.status != Stay.LEFT:
        raise Refused(
            _("Already checked in since %(time)s: say first when they left, then accept this.")
            % {"time": f"{localtime(stay.started_at):%H:%M}"},
            code="still_there",
        )
    return _corrected(scan, stay, by=by)


def _accept_leaving(scan: KeptScan, *, by: User, at: datetime) -> Attendance:
    stay = _stay_before(scan)
    if stay is None:
        raise Refused(_("There is no check-in before it: accept or note that first."), code="not_checked_in")
    if stay.status == Stay.LEFT:
        return _corrected(scan, stay, by=by)
    attendances.end_stay(stay, by=by, means=scan.means, at=scan.at)
    return stay


def _corrected(scan: KeptScan, stay: Attendance, *, by: User) -> Attendance:
    times: dict[str, Any] = {"started_at": stay.started_at, "ended_at": stay.ended_at}
    times["ended_at" if scan.is_leaving else "started_at"] = scan.at
    attendances.correct(stay, **times, reason=str(scan._meta.verbose_name), by=by)
    return stay


def _refuse_many(scan: KeptScan) -> None:
    waiting = KeptScan.objects.waiting().filter(activity=scan.activity, volunteer=scan.volunteer)
    if waiting.count() >= MOST_WAITING:
        raise Refused(_("Several already wait for the leader; please talk to them."), code="too_many_waiting")


def _not_oneself(scan: KeptScan, by: User) -> None:
    if scan.volunteer.user_id == by.pk:
        raise Refused(_("Nobody decides on their own hours."), code="own_hours")
