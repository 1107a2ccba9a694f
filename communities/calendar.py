"""Working days in China, make-up days (调休) included.

The days that staff entered from the State Council's notice (CalendarDay) win over the `holidays` package, which
carries the notices up to its release. For a year whose notice the package does not know, and staff have not said to
have entered in full, the rest is the law's own holidays: `is_computed` says so, and pages that count days of it do too.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

from communities.models import CalendarDay

ONE_DAY = timedelta(days=1)
# Even around the longest holidays (ten days) this many days hold as many working days as asked for.
SPARE_DAYS = 30


@lru_cache(maxsize=16)
def _of_package(year: int) -> holidays.HolidayBase:
    # The year before is needed too: a notice may move a day across New Year.
    return holidays.country_holidays("CN", years=[year - 1, year, year + 1], expand=False)


def _of_staff(first: date, last: date) -> dict[date, bool]:
    return dict(CalendarDay.objects.filter(day__range=(first, last)).values_list("day", "is_working"))


def _works(day: date, entered: dict[date, bool]) -> bool:
    return entered[day] if day in entered else _of_package(day.year).is_working_day(day)


def is_working_day(day: date) -> bool:
    """Whether offices work on this day."""
    return _works(day, _of_staff(day, day))


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after this day (which itself does not count); `n=0` is the day itself."""
    entered = _of_staff(day, day + timedelta(days=2 * n + SPARE_DAYS))
    while n > 0:
        day += ONE_DAY
        n -= _works(day, entered)
    return day


def last_day_before(day: date, n: int) -> date:
    """The latest day after which there are `n` working days up to and including this one."""
    entered = _of_staff(day - timedelta(days=2 * n + SPARE_DAYS), day)
    while n > 0:
        n -= _works(day, entered)
        day -= ONE_DAY
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days there are after `first`, up to and including `last`; 0 when it is not later."""
    entered = _of_staff(first, last)
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(_works(day, entered) for day in days)


def is_computed(year: int) -> bool:
    """Whether the year's notice is known neither to the package nor in full from staff: its days are a guess."""
    # Every notice since 2007 has weekends that are worked: where the package knows none, it knows no notice.
    if any(day.year == year for day in _of_package(year).weekend_workdays):
        return False
    # One day entered is not the notice: staff say of the last one that it is all.
    return not CalendarDay.objects.filter(day__year=year, completes_year=True).exists()


def computed_years(*days: date) -> list[int]:
    """The years of these days whose notice is not known in full, for the warning beside a count of working days."""
    return [year for year in sorted({day.year for day in days}) if is_computed(year)]
