"""兑换: points for a reward, exactly once, and its voucher accepted exactly once."""

from __future__ import annotations

import secrets
import uuid
from contextlib import nullcontext
from datetime import date, datetime

from django.db import DataError, IntegrityError, connection, transaction
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.services import sweeps
from volunteers.models import Account, CourseSession, Journal, Redemption, Reward, Settlement, Volunteer
from volunteers.models.at_once import redeem_at_once
from volunteers.models.redemptions import ALPHABET, CODE_LENGTH

from . import accounts, courses, entitlement, expiries, journals, reservations, rewards

Status = Redemption.Status


def redeem(
    reward: Reward,
    *,
    volunteer: Volunteer,
    key: str,
    by: User,
    at: datetime | None = None,
    session: CourseSession | None = None,
) -> Redemption:
    """Exchange points for a reward; the same key again gives the same voucher, never a second one.

    Of a course a place in one of its classes (`session`) is redeemed; of what one has reserved, the piece held.
    """
    at = at or now()
    made = None if session else _at_once(reward, volunteer, key, by=by, at=at)
    return made or _step_by_step(reward, volunteer, key, session, by=by, at=at)


def _at_once(reward: Reward, volunteer: Volunteer, key: str, *, by: User, at: datetime) -> Redemption | None:
    """The usual case in one statement, where the database can; None where it is not the usual case."""
    if connection.vendor != "postgresql":
        return None
    made = _new(reward, volunteer, key, at=at)
    made.journal_id, made.status = uuid.uuid4(), Status.ISSUED
    try:
        # Alone the statement is its own transaction; in one it must not take the rest with it.
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            made.pk = redeem_at_once(made, by=by.pk, today=localdate(at), at=at)
    except (IntegrityError, DataError):  # the same key, or the last piece, was taken at the same moment
        return None
    made._state.adding = False  # noqa: SLF001 (it is there)
    return made if made.pk else None


@transaction.atomic
def _step_by_step(
    reward: Reward, volunteer: Volunteer, key: str, session: CourseSession | None = None, *, by: User, at: datetime
) -> Redemption:
    if session:
        session.take()  # before the account, as when a class is called off
    account = accounts.of_volunteer(volunteer)
    # One redemption of a person at a time: the key, the balance and the limit are then read as they are.
    locked = Account.objects.select_for_update().get(pk=account.pk)
    if known := Redemption.objects.filter(volunteer=volunteer, key=key).first():
        return _same(known, reward, session)
    reward = Reward.objects.select_related("partner", "region").get(pk=reward.pk)
    volunteer.refresh_from_db(fields=["status"])
    entitlement.check(reward, volunteer=volunteer, at=at)
    _check_session(reward, session)
    expiries.catch_up(locked, on=localdate(at))
    redemption = _new(reward, volunteer, key, at=at)
    redemption.journal = _pay(reward, account, key=key, by=by, at=at)
    reservations.take_up(volunteer, reward, by=by, at=at)
    if session:
        redemption.valid_until = localdate(session.ends_at)
    redemption.begin(by=by)
    if session:
        courses.take_place(session, redemption=redemption, at=at)
    return redemption


def _new(reward: Reward, volunteer: Volunteer, key: str, *, at: datetime) -> Redemption:
    return Redemption(
        region_id=reward.region_id,
        volunteer=volunteer,
        reward=reward,
        points=reward.points,
        code=_new_code(),
        key=key,
        valid_until=reward.voucher_until(on=localdate(at)),
        redeemed_at=at,
    )


def find(code: str, *, by: User) -> Redemption:
    """The voucher with this code among those of the clerk's partners, however it was typed."""
    typed = "".join(code.upper().split()).replace("-", "")
    vouchers = Redemption.objects.acceptable_by(by).select_related("reward__partner", "volunteer")
    found: Redemption | None = vouchers.filter(code=typed).first()
    if found is None:
        raise Refused(_("No voucher with this code is known here."), code="unknown_code")
    return found


@transaction.atomic
def accept(redemption: Redemption, *, by: User, at: datetime | None = None) -> None:
    """Honour a voucher: once; a second time is told when the first was."""
    at = at or now()
    locked = redemption.locked()
    if locked.status == Status.USED:
        when = date_format(localtime(locked.used_at), "Y-m-d H:i")
        raise Refused(_("This voucher was already used on %(when)s.") % {"when": when}, code="already_used")
    check_day(locked, at=at)
    redemption.move(Status.USED, by=by, used_at=at, accepted_by=by)


def check_day(redemption: Redemption, *, at: datetime) -> None:
    """Refuse a voucher past its last day, or that of a class on another day."""
    if redemption.valid_until < localdate(at):
        raise Refused(_("This voucher was valid until %(day)s.") % {"day": redemption.valid_until}, code="lapsed")
    place = courses.place_of(redemption)
    if place and localdate(at) < localdate(place.session.starts_at):
        when = date_format(localtime(place.session.starts_at), "DATETIME_FORMAT")
        raise Refused(_("This place is in the class of %(when)s.") % {"when": when}, code="class_not_today")


@transaction.atomic
def cancel(redemption: Redemption, *, by: User, reason: str = "", at: datetime | None = None) -> None:
    """Give an unused voucher back: points return by a reversing journal, the piece to the stock, the seat to others."""
    at = at or now()
    place = courses.place_of(redemption)
    if redemption.locked().status == Status.USED and not (place and place.is_off):
        raise Refused(_("This voucher was already used or given back."), code="voucher_is_spent")
    if place and place.session.starts_at <= at and not place.is_off:
        raise Refused(_("The class has begun; a place can be given back only before."), code="too_late")
    _give_back(redemption, Status.CANCELLED, reason or "取消兑换", "cancelled", by=by)
    if place:
        courses.give_seat_back(place, at=at)


def lapse(redemption: Redemption, *, by: User) -> None:
    """Let a voucher lapse whose time is past; points and piece go back."""
    _give_back(redemption, Status.LAPSED, "兑换券过期退回", "voucher lapsed", by=by)


def did_not_come(redemption: Redemption, *, by: User, at: datetime | None = None) -> None:
    """Mark after a class that the holder of a place did not come: the voucher lapses at once."""
    place = courses.place_of(redemption)
    if place is None or place.session.ends_at > (at or now()):
        raise Refused(_("Whether somebody came is known when the class is over."), code="too_early")
    _give_back(redemption, Status.LAPSED, "课程未到场退回", "did not come", by=by)


@transaction.atomic
def call_off(session: CourseSession, *, reason: str, by: User, at: datetime | None = None) -> None:
    """Cancel a class with a reason: everybody gets their points back and is told, who was let in already too.

    Refused (`settled`) once the partner was paid for somebody who came.
    """
    at = at or now()
    session.move(CourseSession.Status.CANCELLED, by=by, reason=reason, cancelled_at=at)
    taken = Redemption.objects.live().filter(place__session=session, place__seat_number__isnull=False)
    for redemption in taken.select_related("reward", "journal").order_by("pk"):
        _must_be_unsettled(redemption)
        cancel(redemption, by=by, reason=reason, at=at)


def lapse_overdue(*, on: date, by: User) -> int:
    """Let every unused voucher lapse whose last day is past; how many."""
    overdue = Redemption.objects.overdue(on=on).select_related("reward", "journal")
    return len(sweeps.each(overdue, lambda redemption: lapse(redemption, by=by)))


@transaction.atomic
def _give_back(redemption: Redemption, to: str, reason: str, reason_en: str, *, by: User) -> None:
    redemption.move(to, by=by, reason=reason)
    title, title_en = redemption.reward.title, redemption.reward.title_en or redemption.reward.title
    journals.reverse(redemption.journal, reason=f"{title}：{reason}", reason_en=f"{title_en}: {reason_en}", by=by)
    rewards.put_back(redemption.reward)


def _must_be_unsettled(redemption: Redemption) -> None:
    """What was paid to a partner stays paid."""
    if redemption.used_at is None:
        return
    month = localdate(redemption.used_at).replace(day=1)
    if Settlement.objects.filter(partner=redemption.reward.partner_id, month=month).exists():
        raise Refused(_("Places of this class are settled with the partner already."), code="settled")


def _check_session(reward: Reward, session: CourseSession | None) -> None:
    if reward.is_course and session is None:
        raise Refused(_("Please choose a class of this course."), code="class_missing")
    if session and session.reward_id != reward.pk:
        raise Refused(_("This class belongs to another course."), code="other_course")


def _pay(reward: Reward, account: Account, *, key: str, by: User, at: datetime) -> Journal:
    return journals.post(
        {account: -reward.points, accounts.of_partner(reward.partner): reward.points},
        kind=Journal.Kind.REDEEM,
        region=reward.region,
        reason=reward.title,
        reason_en=reward.title_en,
        source=f"reward {reward.pk}",
        key=f"redeem:{account.volunteer_id}:{key}",
        by=by,
        at=at,
    )


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _same(known: Redemption, reward: Reward, session: CourseSession | None) -> Redemption:
    place = courses.place_of(known)
    if (known.reward_id, place and place.session_id) != (reward.pk, session and session.pk):
        raise Refused(_("This key was already used for another request."), code="key_reused")
    return known
