"""兑换项目: what points buy, and how many pieces there are."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from communities.models import Refused, User
from volunteers.models import Reward, StockChange

Status = Reward.Status


@transaction.atomic
def draft(reward: Reward, *, by: User) -> Reward:
    """Keep a new reward that volunteers do not see yet; its stock is written down."""
    if not reward.partner.region.contains(reward.region) and not reward.region.contains(reward.partner.region):
        raise Refused(_("Partner and reward belong to different places."))
    reward.begin(by=by)
    if reward.stock:
        StockChange.objects.create(reward=reward, pieces=reward.stock, reason=_("first stock"), actor=by)
    return reward


@transaction.atomic
def edit(reward: Reward, *, by: User, **fields: Any) -> Reward:
    """Change a draft; what is offered is closed and offered anew. Stock changes by `restock` alone."""
    locked = reward.locked()
    if locked.status != Status.DRAFT:
        raise Refused(_("What is offered is not changed: close it and offer another."), code="wrong_status")
    for name, value in fields.items():
        setattr(reward, name, value)
    reward.save(update_fields=list(fields) or None)
    return reward


def offer(reward: Reward, *, by: User) -> None:
    """Show a reward to volunteers."""
    reward.move(Status.OFFERED, by=by)


def close(reward: Reward, *, by: User) -> None:
    """Offer a reward no longer; vouchers in hand stay valid."""
    reward.move(Status.CLOSED, by=by)


@transaction.atomic
def restock(reward: Reward, *, pieces: int, reason: str, by: User) -> None:
    """Add pieces to a counted stock, or take some out (below zero), with the reason."""
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if not put_back(reward, pieces=pieces):
        raise Refused(_("This stock is not counted, or has not so many."), code="stock_never_negative")
    StockChange.objects.create(reward=reward, pieces=pieces, reason=reason.strip(), actor=by)
    reward.refresh_from_db(fields=["stock"])


def take(reward: Reward) -> None:
    """Take one piece out of a counted stock."""
    if reward.stock is not None and not put_back(reward, pieces=-1):
        raise Refused(_("None are left."), code="stock_never_negative")


def put_back(reward: Reward, *, pieces: int = 1) -> bool:
    """Change a counted stock in one statement; whether it was counted and enough."""
    counted = Reward.objects.filter(pk=reward.pk, stock__gte=-pieces)
    return bool(counted.update(stock=F("stock") + pieces))
