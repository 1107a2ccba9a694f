"""预留: a piece is held for somebody for some hours; nothing is paid until it is redeemed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.services import sweeps
from volunteers.models import Account, Reservation, Reward, Volunteer
from volunteers.models.reservations import ReservationQuerySet

from . import accounts, entitlement, rewards

Status = Reservation.Status


@transaction.atomic
def reserve(reward: Reward, *, volunteer: Volunteer, by: User, at: datetime | None = None) -> Reservation:
    """Hold a piece for a volunteer who could pay for it now; a second time gives the same reservation."""
    at = at or now()
    # One act of a person at a time: what they have and hold is then read as it is.
    account = Account.objects.select_for_update().get(pk=accounts.of_volunteer(volunteer).pk)
    reward = Reward.objects.select_related("partner", "region").get(pk=reward.pk)
    volunteer.refresh_from_db(fields=["status"])
    if held := live_of(volunteer, reward, at=at):
        return held
    hours = _check(reward, volunteer, account, at)
    _let_lapse(Reservation.objects.overdue(at=at).filter(volunteer=volunteer, reward=reward))
    take_piece(reward, at=at)
    made = Reservation(region_id=reward.region_id, volunteer=volunteer, reward=reward)
    made.held_until = at + timedelta(hours=hours)
    made.begin(by=by)
    return made


def live_of(volunteer: Volunteer, reward: Reward, *, at: datetime) -> Reservation | None:
    """The reservation that holds a piece of this reward for this volunteer now."""
    held: Reservation | None = Reservation.objects.live(at=at).filter(volunteer=volunteer, reward=reward).first()
    return held


@transaction.atomic
def give_up(reservation: Reservation, *, by: User) -> None:
    """Let others have the piece."""
    reservation.move(Status.CANCELLED, by=by)
    rewards.put_back(reservation.reward)


@transaction.atomic
def lapse(reservation: Reservation, *, by: User) -> None:
    """Let a reservation lapse whose time is over; the piece goes back."""
    reservation.move(Status.LAPSED, by=by)
    rewards.put_back(reservation.reward)


def lapse_overdue(*, at: datetime, by: User) -> int:
    """Let every reservation lapse whose time is over; how many."""
    overdue = Reservation.objects.overdue(at=at).select_related("reward")
    return len(sweeps.each(overdue, lambda reservation: lapse(reservation, by=by)))


def take_up(volunteer: Volunteer, reward: Reward, *, by: User, at: datetime) -> None:
    """Take the piece that is held for this volunteer, or one out of the stock."""
    if held := live_of(volunteer, reward, at=at):
        held.move(Status.REDEEMED, by=by)
    else:
        take_piece(reward, at=at)


def take_piece(reward: Reward, *, at: datetime) -> None:
    """Take one piece out of the stock; where none is left, of those whose reservation is over."""
    try:
        rewards.take(reward)
    except Refused:
        if not _let_lapse(Reservation.objects.overdue(at=at).filter(reward=reward)):
            raise
        rewards.take(reward)


def _let_lapse(overdue: ReservationQuerySet) -> int:
    """As the clock would do it a little later."""
    found = overdue.select_related("reward").select_for_update(of=("self",), skip_locked=True)
    return len([lapse(reservation, by=User.objects.system()) for reservation in found])


def _check(reward: Reward, volunteer: Volunteer, account: Account, at: datetime) -> int:
    entitlement.check(reward, volunteer=volunteer, at=at)
    if reward.hold_hours is None:
        raise Refused(_("This reward cannot be reserved."), code="not_reservable")
    if (account.balance or 0) < reward.points:
        raise Refused(_("There are not enough points."), code="balance_never_negative")
    if Reservation.objects.lately_lapsed(at=at).filter(volunteer=volunteer, reward=reward).exists():
        raise Refused(
            _("Your last reservation of this has just lapsed; it can be reserved again a day later, or redeemed now."),
            code="lapsed_lately",
        )
    return reward.hold_hours
