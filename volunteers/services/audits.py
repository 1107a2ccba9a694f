"""对账: the ledger proves itself, row by row, in the database.

Each question is one statement, which sees one moment: postings that come in meanwhile make no fault. The database
does the sums and hands over faulty rows alone, so that memory stays flat.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce

from volunteers.models import (
    Account,
    Attendance,
    Funding,
    Gift,
    Journal,
    Lot,
    LotMove,
    OpeningBalance,
    PointEntry,
    Redemption,
    Reservation,
    Reward,
    Settlement,
    StockChange,
)

from . import statements

LIVE = ["issued", "used"]


def find_faults() -> Iterator[str]:
    """Every row that breaks a law of the ledger, named; a sound ledger yields nothing."""
    for check in (_journals, _balances, _chains, _lots, _expiring, _stock, _vouchers, _earnings, _documents, _settled):
        yield from check()


def _journals() -> Iterator[str]:
    sums = PointEntry.objects.values("journal").annotate(total=Sum("amount"), legs=Count("pk")).order_by()
    for row in sums.filter(~Q(total=0) | Q(legs__lt=2)).iterator():
        yield f"journal {row['journal']}: {row['legs']} entries sum to {row['total']}"
    for journal in Journal.objects.filter(entries=None).iterator():
        yield f"journal {journal.pk}: no entries"


def _balances() -> Iterator[str]:
    facts = Account.objects.people().annotate(
        total=Coalesce(Sum("entries__amount"), 0),
        count=Count("entries"),
        first=Coalesce(Min("entries__sequence"), 1),
        last=Coalesce(Max("entries__sequence"), 0),
    )
    for account in facts.exclude(balance=F("total")).iterator():
        yield f"account {account.pk}: balance {account.balance}, entries sum to {account.total}"
    for account in facts.exclude(count=F("last"), first=1, sequence=F("last")).iterator():
        yield f"account {account.pk}: {account.count} entries, numbered {account.first} to {account.last}"


def _chains() -> Iterator[str]:
    running = Window(Sum("amount"), partition_by="account", order_by="sequence")
    numbered = PointEntry.objects.exclude(sequence=None).annotate(running=running)
    for entry in numbered.exclude(balance_after=F("running")).iterator():
        yield f"entry {entry.pk}: balance after {entry.balance_after}, entries up to it sum to {entry.running}"


def _lots() -> Iterator[str]:
    moved = LotMove.objects.filter(lot=OuterRef("pk")).values("lot").annotate(n=Sum("amount")).values("n")
    for lot in Lot.objects.annotate(moved=Coalesce(Subquery(moved), 0)).exclude(left=F("moved")).iterator():
        yield f"lot {lot.pk}: {lot.left} points left, {lot.moved} by its entries"


def _expiring() -> Iterator[str]:
    in_lots = Coalesce(Sum("lots__left"), 0)
    people = Account.objects.people().annotate(in_lots=in_lots, said=Coalesce("expiring", Value(0)))
    for account in people.exclude(said=F("in_lots"), balance__gte=F("in_lots")).iterator():
        held = f"its lots hold {account.in_lots}"
        yield f"account {account.pk}: {account.said} of {account.balance} points expire, {held}"


def _stock() -> Iterator[str]:
    changed = StockChange.objects.filter(reward=OuterRef("pk")).values("reward").annotate(n=Sum("pieces")).values("n")
    given = Redemption.objects.filter(reward=OuterRef("pk"), status__in=LIVE).values("reward")
    held = Reservation.objects.filter(reward=OuterRef("pk"), status="held").values("reward")
    left = Coalesce(Subquery(changed), 0) - _count(given) - _count(held)
    counted = Reward.objects.exclude(stock=None).annotate(left=left)
    for reward in counted.exclude(stock=F("left")).iterator():
        yield f"reward {reward.pk}: stock {reward.stock}, {reward.left} by its changes, vouchers and reservations"


def _count(rows: Any) -> Any:
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def _vouchers() -> Iterator[str]:
    not_given_back = Q(status__in=["cancelled", "lapsed"], journal__reversal=None)
    given_back = Q(status__in=LIVE, journal__reversal__isnull=False)
    for voucher in Redemption.objects.filter(not_given_back | given_back).iterator():
        yield f"redemption {voucher.pk}: {voucher.status}, but its points say otherwise"
    for journal in Journal.objects.filter(kind=Journal.Kind.REDEEM, redemption=None).iterator():
        yield f"journal {journal.pk}: points spent without a voucher"
    for journal in Journal.objects.filter(kind=Journal.Kind.OPENING, opening=None).iterator():
        yield f"journal {journal.pk}: an opening balance that nobody took over"


def _earnings() -> Iterator[str]:
    earned = PointEntry.objects.filter(journal=OuterRef("journal"), account__kind=Account.Kind.PERSON)
    confirmed = Attendance.objects.confirmed().annotate(earned=Coalesce(Subquery(earned.values("amount")[:1]), 0))
    for attendance in confirmed.exclude(points=F("earned"), journal__reversal=None).iterator():
        yield f"attendance {attendance.pk}: {attendance.points} points, {attendance.earned} in the ledger"


def _documents() -> Iterator[str]:
    """What was given to a pool, from one to another, or taken over, says as many points as its journal moved."""
    for model in (Funding, Gift, OpeningBalance):
        credit = PointEntry.objects.filter(journal=OuterRef("journal"), amount__gt=0).values("amount")[:1]
        for paper in model.objects.annotate(moved=Subquery(credit)).exclude(points=F("moved")).iterator():
            yield f"{model._meta.model_name} {paper.pk}: {paper.points} points, {paper.moved} in the ledger"


def _settled() -> Iterator[str]:
    """A settled month has the rows that its fingerprint is of, and comes to what they say, in points and in yuan."""
    for settled in Settlement.objects.select_related("partner").iterator(chunk_size=20):
        rows = statements.frozen(settled)
        if statements.fingerprint(settled.content) != settled.content_hash:
            yield f"settlement {settled.pk}: its rows are not those of its fingerprint"
        said = (settled.vouchers, settled.points, settled.amount)
        if said != (found := (len(rows.rows), rows.points, rows.amount)):
            yield f"settlement {settled.pk}: {_sums(*said)}, {_sums(*found)} by its rows"


def _sums(vouchers: int, points: int, amount: Decimal | None) -> str:
    return f"{vouchers} vouchers, {points} points, {amount} yuan"
