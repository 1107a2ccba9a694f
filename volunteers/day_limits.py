"""Whether hours fit into the days they are of. Pure; the database holds the same (migration `hours_of_a_day`).

A record of one day has that day; one of many days has none of its own. So the question is asked of stretches of days:
what lies wholly within a stretch cannot come to more than its days have.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

A_DAY = 24 * 60


class Span(NamedTuple):
    """So many minutes, somewhere from the first day to the last."""

    first: date
    last: date
    minutes: int


def overfull(
    new: Span, *, records: Iterable[Span], stays: Iterable[Span], most: int = A_DAY
) -> tuple[date, date, int] | None:
    """A stretch of days (first, last, its minutes) that `new` would fill beyond `most` minutes a day, if there is one.

    Stretches begin where records do: stays, which do not overlap, never fill more than their days alone.
    """
    before = [*records, new]
    everything = sorted([*before, *stays], key=lambda span: span.last)
    for begins in sorted({span.first for span in before if span.first <= new.first}):
        total = 0
        for span in everything:
            total += span.minutes if span.first >= begins else 0
            if span.last >= new.last and total > ((span.last - begins).days + 1) * most:
                return begins, span.last, total
    return None
