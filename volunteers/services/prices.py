"""积分单价: agreed with a partner from a day on; one entered wrongly is taken back, none is changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from communities.models import User
from communities.models.record import record
from volunteers.models import Partner, PartnerPrice
from volunteers.models.prices import shown

Status = PartnerPrice.Status


@transaction.atomic
def agree(partner: Partner, *, yuan: Decimal, starts_on: date, by: User) -> PartnerPrice:
    """Agree on what a point is worth to a partner (yuan, four decimals at most) from a day on; its clerks are told.

    The partner's record says what held before. The database refuses a second price of the same day, and one that
    begins in or before a settled month.
    """
    partner.take()  # no month is settled meanwhile
    before = PartnerPrice.objects.in_force(partner, on=starts_on)
    price = PartnerPrice(region=partner.region, partner=partner, yuan=yuan, starts_on=starts_on)
    price.begin(by=by)
    _note(price, old=_words(before), new=_words(price), event="priced", by=by)
    return price


@transaction.atomic
def withdraw(price: PartnerPrice, *, reason: str, by: User) -> None:
    """Take a price back that was entered wrongly, with a reason: the one before it holds on, if there is one."""
    price.partner.take()
    price.move(Status.WITHDRAWN, by=by, reason=reason)
    after = PartnerPrice.objects.in_force(price.partner, on=price.starts_on)
    _note(price, old=_words(price), new=_words(after), event="price withdrawn", by=by, reason=reason)


def _words(price: PartnerPrice | None) -> str:
    return shown(price.yuan) if price else "—"


def _note(price: PartnerPrice, *, old: str, new: str, event: str, by: User, reason: str = "") -> None:
    """On the partner's record: from what to what, from which day on."""
    said = f"{price.starts_on}: {old} → {new} {reason}"
    record(price.partner, region=price.region, new=event, by=by, reason=said)
