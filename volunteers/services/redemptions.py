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
from volunteers.models import Account, Journal, Partner, Redemption, Reward, Volunteer
from volunteers.models.at_once import redeem_at_once
from volunteers.models.redemptions import ALPHABET, CODE_LENGTH

from . import accounts, journals, rewards, volunteers

Status = Redemption.Status


def redeem(reward: Reward, *, volunteer: Volunteer, key: str, by: User, at: datetime | None = None) -> Redemption:
    """Exchange points for a reward; the same key again gives the same voucher, never a second one."""
    at = at or now()
    return _at_once(reward, volunteer, key, by=by, at=at) or _step_by_step(reward, volunteer, key, by=by, at=at)


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
def _step_by_step(reward: Reward, volunteer: Volunteer, key: str, *, by: User, at: datetime) -> Redemption:
    account = accounts.of_volunteer(volunteer)
    # One redemption of a person at a time: the key, the balance and the limit are then read as they are.
    Account.objects.select_for_update().get(pk=account.pk)
    if known := Redemption.objects.filter(volunteer=volunteer, key=key).first():
        return _same(known, reward)
    reward = Reward.objects.select_related("partner", "region").get(pk=reward.pk)
    volunteer.refresh_from_db(fields=["status"])
    _check(reward, volunteer, localdate(at))
    redemption = _new(reward, volunteer, key, at=at)
    redemption.journal = _pay(reward, account, key=key, by=by, at=at)
    rewards.take(reward)
    redemption.begin(by=by)
    return redemption


def _new(reward: Reward, volunteer: Volunteer, key: str, *, at: datetime) -> Redemption:
    return Redemption(
        region_id=reward.region_id,
        volunteer=volunteer,
        reward=reward,
        points=reward.points,
        code=_new_code(),
        key=key,
        valid_until=reward.valid_until,
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
    if locked.valid_until < localdate(at):
        raise Refused(_("This voucher was valid until %(day)s.") % {"day": locked.valid_until}, code="lapsed")
    redemption.move(Status.USED, by=by, used_at=at, accepted_by=by)


def cancel(redemption: Redemption, *, by: User, reason: str = "") -> None:
    """Give an unused voucher back: the points return by a reversing journal, the piece to the stock."""
    _give_back(redemption, Status.CANCELLED, reason or "取消兑换", "cancelled", by=by)


def lapse(redemption: Redemption, *, by: User) -> None:
    """Let a voucher lapse whose time is past; points and piece go back."""
    _give_back(redemption, Status.LAPSED, "兑换券过期退回", "voucher lapsed", by=by)


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


def _check(reward: Reward, volunteer: Volunteer, today: date) -> None:
    volunteers.must_be_active(volunteer)
    is_offered = reward.status == Reward.Status.OFFERED and reward.partner.status == Partner.Status.ACTIVE
    if not is_offered or reward.valid_until < today:
        raise Refused(_("This reward is no longer offered."), code="not_offered")
    if not reward.region.contains(volunteer.region):
        raise Refused(_("This reward is for volunteers of %(region)s.") % {"region": reward.region}, code="elsewhere")
    had = Redemption.objects.live().filter(volunteer=volunteer, reward=reward)
    if reward.limit_per_person is not None and had.count() >= reward.limit_per_person:
        raise Refused(_("You have had as many of these as one person may."), code="limit_reached")


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


def _same(known: Redemption, reward: Reward) -> Redemption:
    if known.reward_id != reward.pk:
        raise Refused(_("This key was already used for another request."), code="key_reused")
    return known
