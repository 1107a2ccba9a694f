"""When a member is reminded: some days before the marks are due, then daily while late ones are taken; by day only."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.timezone import localdate, localtime

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


def is_day(at: datetime) -> bool:
    """Whether people are reminded at this hour of the city's day."""
    first, last = settings.REMIND_BETWEEN_HOURS
    return bool(first <= localtime(at).hour < last)


def due_on(closes_at: datetime) -> date:
    """The last day on which marks are in time; what is due at midnight is due on the day that ends then."""
    return localdate(closes_at - MOMENT)


def planned_days(closes_at: datetime, takes_until: datetime) -> list[date]:
    """The days on which somebody whose marks are missing is reminded, the first first."""
    last = due_on(closes_at)
    before = sorted(last - days * DAY for days in settings.REMIND_DAYS_BEFORE)
    return [*before, *_late(closes_at, takes_until)]


def _late(closes_at: datetime, takes_until: datetime) -> list[date]:
    """Every day whose first hour for reminders finds the marks overdue and still taken."""
    hour = settings.REMIND_BETWEEN_HOURS[0]
    morning = localtime(closes_at).replace(hour=hour, minute=0, second=0, microsecond=0)
    mornings = [morning + number * DAY for number in range((takes_until - closes_at).days + 2)]
    return [each.date() for each in mornings if closes_at <= each < takes_until]
