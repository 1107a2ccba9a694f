"""积分到期: people are told 30 days before; past the last day, what is left goes to the expiry account."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format

from communities.models import User
from communities.services import sweeps
from communities.services.notices import tell
from volunteers.models import Account, Journal, Lot

from . import accounts, journals


def warn(*, on: date) -> int:
    """Tell the owners of points that expire within 30 days, once of each last day; how many were told."""
    soon = Lot.objects.to_warn_of(on=on).select_related("account__volunteer__user", "account__region")
    return len(sweeps.each(soon, lambda lot: _warn(lot, on=on)))


def expire_due(*, on: date, by: User) -> int:
    """Take what is left of the points whose last day is past; how many lots that were."""
    due = Lot.objects.expired(on=on).select_related("account__region")
    return len(sweeps.each(due, lambda lot: expire(lot, by=by)))


def catch_up(account: Account, *, on: date) -> None:
    """Take what the clock has not taken yet of somebody whose row is held: past their last day points buy nothing."""
    for lot in account.lots.expired(on=on) if account.expiring else ():
        expire(lot, by=User.objects.system())


@transaction.atomic
def expire(lot: Lot, *, by: User) -> Journal | None:
    """Post what is left of a lot to the expiry account; nothing if it was spent meanwhile."""
    account = Account.objects.select_for_update(of=("self",)).select_related("region").get(pk=lot.account_id)
    left = Lot.objects.get(pk=lot.pk).left
    if not left:
        return None
    day = date_format(lot.expires_on, "Y-m-d")
    return journals.post(
        {account: -left, accounts.expiry_of(account.region): left},
        days={account: {lot.expires_on: -left}},
        kind=Journal.Kind.EXPIRE,
        region=account.region,
        reason=f"积分有效期至 {day}",
        reason_en=f"points were valid until {day}",
        source=f"lot {lot.pk}",
        # What comes back later, of a voucher that lapsed, expires by a posting of its own.
        key=f"expire:{lot.pk}:{account.sequence}",
        by=by,
    )


def _warn(lot: Lot, *, on: date) -> None:
    if lot.account.volunteer:
        tell(
            [lot.account.volunteer.user],
            kind="points_expire",
            key=f"points_expire:{lot.pk}",
            region=lot.account.region,
            params={"points": lot.left, "day": lot.expires_on.isoformat()},
            url=reverse("volunteers:points"),
        )
    Lot.objects.filter(pk=lot.pk).update(warned_on=on)
