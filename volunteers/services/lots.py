"""有期限的积分: what expires first is spent first, and what comes back keeps its last day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import F, Sum

from communities.models import Region
from volunteers.models import Account, Journal, Lot, LotMove, PointEntry

# Points by their last day: into lots above zero, out of them below.
Days = Mapping[date, int]


def fits(account: Account, points: int) -> Days:
    """What of so many points, spent now, would come out of which lots."""
    return {lot.expires_on: -amount for lot, amount in _out_of(account, points, first={}).items()}


def book(entry: PointEntry, account: Account, days: Days) -> None:
    """Carry a posted entry over to the lots of its account, whose row the posting holds.

    What comes in goes to the lots of these days. What goes out comes from these days first, then from what expires
    first; only the rest is of points without a last day.
    """
    if account.expiring is None:
        return
    moves = _into(account, days) if entry.amount > 0 else _out_of(account, -entry.amount, first=days)
    for lot, amount in moves.items():
        Lot.objects.filter(pk=lot.pk).update(left=F("left") + amount)
    LotMove.objects.bulk_create(LotMove(entry=entry, lot=lot, amount=amount) for lot, amount in moves.items())


def moved_by(entry: PointEntry) -> Days:
    """What an entry moved into or out of lots, by their last day."""
    return dict(entry.lot_moves.values_list("lot__expires_on", "amount"))


def expired_of(account: Account, day: date, *, at_most: int) -> tuple[int, Region | None]:
    """How many of so many points with this last day were not spent but have expired, and at which place."""
    lot = account.lots.get(expires_on=day)
    moves = LotMove.objects.filter(lot=lot, entry__journal__kind=Journal.Kind.EXPIRE).order_by("pk")
    expired = -(moves.aggregate(total=Sum("amount"))["total"] or 0)
    gone = max(0, min(expired, at_most - lot.left))
    last = moves.select_related("entry__journal__region").last() if gone else None
    return gone, last.entry.journal.region if last else None


def _into(account: Account, days: Days) -> dict[Lot, int]:
    return {Lot.objects.get_or_create(account=account, expires_on=day)[0]: points for day, points in days.items()}


def _out_of(account: Account, points: int, *, first: Days) -> dict[Lot, int]:
    moves: dict[Lot, int] = {}
    lots = sorted(account.lots.with_points(), key=lambda lot: (lot.expires_on not in first, lot.expires_on))
    for lot in lots:
        if taken := min(points, lot.left):
            moves[lot] = -taken
            points -= taken
    return moves
