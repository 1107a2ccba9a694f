"""Time as the points rules count it: minutes of the night, and the same day months later. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from django.utils.timezone import localtime

# Night: by the clock of the place.
NIGHT_BEGINS, NIGHT_ENDS = time(22), time(6)
A_DAY = timedelta(days=1)
WHOLE = 100  # percent


def minutes_of_night(begins: datetime, ends: datetime | None) -> int:
    """How many of a stay's minutes lie between ten in the evening and six in the morning."""
    if ends is None:
        return 0
    begins, ends = localtime(begins), localtime(ends)
    evening = datetime.combine(begins.date() - A_DAY, NIGHT_BEGINS, begins.tzinfo)
    total = timedelta()
    while evening < ends:
        morning = datetime.combine(evening.date() + A_DAY, NIGHT_ENDS, begins.tzinfo)
        total += max(timedelta(), min(ends, morning) - max(begins, evening))
        evening += A_DAY
    return int(total.total_seconds() // 60)


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
