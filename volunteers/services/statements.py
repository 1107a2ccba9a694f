"""对账单: what a partner is owed for a month, computed from its vouchers until it is settled, frozen from then on.

Vouchers count in points, and in yuan by the price of a point that is agreed with the partner for the day on which they
stand in the statement. All sums in yuan are exact; what is to be paid is rounded once, half up to the fen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import get_current_timezone, localtime, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from volunteers.models import OfflineUse, Partner, PartnerPrice, Redemption, Reward, Settlement

# A month is settled from its second following day on: by then nothing of it is still under way.
GRACE = timedelta(days=1)
SHOWN_OF_CODE = 4
YEARS = range(2000, 3000)
FEN = Decimal("0.01")
Prices = list[tuple[date, Decimal]]


@dataclass(frozen=True, slots=True)
class Row:
    """One voucher that counts: when, for what, how many points; `is_double` when staff decided to pay a double use.

    `price` is what a point was worth that day (yuan, four decimals); None where no price was agreed.
    """

    at: str
    code: str
    reward: int
    title: str
    title_en: str
    points: int
    is_double: bool
    price: str | None = None  # in what was settled before there were prices, there is none

    @property
    def yuan(self) -> Decimal | None:
        """What the voucher is worth, exactly; None where no price was agreed."""
        return None if self.price is None else self.points * Decimal(self.price)


@dataclass(frozen=True, slots=True)
class Statement:
    """The rows of a partner in a month, in the order of time; `settlement` when it is frozen."""

    partner: Partner
    month: date
    rows: tuple[Row, ...]
    settlement: Settlement | None = None

    @property
    def points(self) -> int:
        return sum(row.points for row in self.rows)

    @property
    def exact(self) -> Decimal | None:
        """The sum of all rows that have a price, exactly; None where none has."""
        return _sum(self.rows)

    @property
    def amount(self) -> Decimal | None:
        """What is to be paid, in yuan: the exact sum rounded half up to the fen."""
        return None if self.exact is None else self.exact.quantize(FEN, ROUND_HALF_UP)

    @property
    def unpriced(self) -> int:
        """How many of the points have no price, and so no part in the amount."""
        return sum(row.points for row in self.rows if row.price is None)

    @property
    def prices(self) -> list[Decimal]:
        """The prices that rows of this month have, in the order of time."""
        return list(dict.fromkeys(Decimal(row.price) for row in self.rows if row.price is not None))

    def sums(self) -> list[tuple[Row, int, int, Decimal | None]]:
        """Of each reward: one of its rows, how many vouchers, how many points, how many yuan, exactly."""
        of: dict[int, list[Row]] = {}
        for row in self.rows:
            of.setdefault(row.reward, []).append(row)
        return [
            (rows[0], len(rows), sum(row.points for row in rows), _sum(rows)) for _reward, rows in sorted(of.items())
        ]


def of(partner: Partner, *, month: date) -> Statement:
    """The statement of a month (named by its first day): as it was settled, or as it is now."""
    settled = Settlement.objects.filter(partner=partner, month=month).select_related("partner", "by").first()
    return frozen(settled) if settled else Statement(partner, month, tuple(_rows(partner, month)))


def frozen(settled: Settlement) -> Statement:
    """The statement as it was settled."""
    return Statement(settled.partner, settled.month, tuple(Row(**row) for row in settled.content), settled)


def months(partner: Partner, *, at: datetime | None = None) -> list[date]:
    """The months of which there is a statement, the newest first; this month always."""
    used = Redemption.objects.filter(reward__partner=partner, status="used").datetimes("used_at", "month")
    doubles = OfflineUse.objects.filter(partner=partner, status="honoured").datetimes("decided_at", "month")
    found = {localtime(moment).date() for moment in (*used, *doubles)}
    return sorted(found | {localtime(at or now()).date().replace(day=1)}, reverse=True)


@transaction.atomic
def settle(partner: Partner, *, month: date, by: User, note: str = "", at: datetime | None = None) -> Settlement:
    """Freeze the statement of a month that is over, with its sums and the fingerprint of its rows; once."""
    at = at or now()
    partner.take()  # two who settle at once: the second finds it settled
    if end_of(month) + GRACE > at:
        raise Refused(_("A month can be settled from the 2nd of the next one on."), code="month_not_over")
    statement = of(partner, month=month)
    if statement.settlement:
        raise Refused(_("This month is already settled."), code="a_month_is_settled_once")
    content = [asdict(row) for row in statement.rows]
    made: Settlement = Settlement.objects.create(
        region_id=partner.region_id,
        partner=partner,
        month=month,
        vouchers=len(content),
        points=statement.points,
        amount=statement.amount,
        content=content,
        content_hash=fingerprint(content),
        note=note.strip(),
        by=by,
        at=at,
    )
    record(partner, region=partner.region, new="settled", by=by, reason=f"{month:%Y-%m} {note}")
    return made


def fingerprint(content: Iterable[Any]) -> str:
    """The SHA-256 of rows, by which anybody can see that they are still the same."""
    text = json.dumps(list(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def month_named(text: str) -> date:
    """The first day of a month that is written 2026-08; refused (`no_month`) where it is none of ours."""
    year, _dash, month = text.partition("-")
    is_written_so = len(text) == len("2026-08") and year.isdecimal() and month.isdecimal()
    if not is_written_so or int(year) not in YEARS or int(month) not in range(1, 13):
        raise Refused(_("A month is written like 2026-08."), code="no_month")
    return date(int(year), int(month), 1)


def start_of(month: date) -> datetime:
    """The first moment of a month, where people live."""
    return datetime(month.year, month.month, 1, tzinfo=get_current_timezone())


def end_of(month: date) -> datetime:
    """The first moment of the next month."""
    return start_of(date(month.year + month.month // 12, month.month % 12 + 1, 1))


def _rows(partner: Partner, month: date) -> list[Row]:
    first, end = start_of(month), end_of(month)
    used = Redemption.objects.used_in(first, end).filter(reward__partner=partner).select_related("reward")
    doubles = OfflineUse.objects.honoured_in(first, end).filter(partner=partner).select_related("redemption__reward")
    prices: Prices = list(PartnerPrice.objects.of(partner).values_list("starts_on", "yuan"))
    rows = [_row(voucher, voucher.reward, voucher.used_at, prices) for voucher in used]
    rows += [_row(use.redemption, use.redemption.reward, use.decided_at, prices, is_double=True) for use in doubles]
    return sorted(rows, key=lambda row: (row.at, row.code))


def _row(voucher: Redemption, reward: Reward, at: datetime | None, prices: Prices, *, is_double: bool = False) -> Row:
    moment = localtime(at)
    tail = voucher.code[-SHOWN_OF_CODE:]
    about = (reward.pk, reward.title, reward.title_en, voucher.points, is_double)
    return Row(moment.isoformat(timespec="seconds"), tail, *about, _price(moment.date(), prices))


def _price(day: date, prices: Prices) -> str | None:
    """The price of a day, as it is written: the latest that had begun."""
    begun = [yuan for starts_on, yuan in prices if starts_on <= day]
    return str(begun[-1]) if begun else None


def _sum(rows: Iterable[Row]) -> Decimal | None:
    worth = [row.yuan for row in rows if row.yuan is not None]
    return sum(worth, Decimal(0)) if worth else None
