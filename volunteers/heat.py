"""热力日历: the days of a year as squares, week by week, darker where more happened. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

STEP, LEVELS = 12, 4


@dataclass(frozen=True)
class Square:
    """One day: where it is drawn (in points), how much happened, and how dark it is (0 to 4)."""

    day: date
    x: int
    y: int
    count: int
    level: int


def squares(year: int, counts: Mapping[date, int]) -> list[Square]:
    """Every day of a year; weeks are columns that begin on Monday."""
    first, most = date(year, 1, 1), max(counts.values(), default=0)
    found = []
    for number in range((date(year + 1, 1, 1) - first).days):
        day = first + timedelta(days=number)
        week, weekday = divmod(number + first.weekday(), 7)
        count = counts.get(day, 0)
        level = -(-count * LEVELS // most) if count else 0
        found.append(Square(day, week * STEP, weekday * STEP, count, level))
    return found


def months(year: int, counts: Mapping[date, int]) -> list[tuple[date, int]]:
    """The same as twelve sums, for a table."""
    return [
        (date(year, month, 1), sum(count for day, count in counts.items() if (day.year, day.month) == (year, month)))
        for month in range(1, 13)
    ]
