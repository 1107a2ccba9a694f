"""服务时长: what a volunteer has given, here and, taken over, before; never spent, never expired, never points."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone

from volunteers.models import Attendance, FormerHours, Volunteer


def total_minutes(volunteer: Volunteer) -> int:
    """Confirmed minutes and those taken over, of all time."""
    former: int = FormerHours.objects.filter(volunteer=volunteer).total_minutes()
    return int(volunteer.attendances.total_minutes()) + former


def confirmed_between(volunteer: Volunteer, first: date, last: date) -> list[Attendance]:
    """The confirmed stays that began on one of these days, the last included."""
    begins, ends = moments(first, last)
    stays = volunteer.attendances.confirmed().filter(started_at__gte=begins, started_at__lt=ends)
    return list(stays.select_related("activity__kind"))


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """The first moment of the first day, and the one after the last day, by the clock of the place."""
    zone = get_current_timezone()
    return (
        datetime.combine(first, time(), zone),
        datetime.combine(last + timedelta(days=1), time(), zone),
    )


def first_day(volunteer: Volunteer) -> date | None:
    """The day of the earliest service on record."""
    stay = volunteer.attendances.confirmed().order_by("started_at").first()
    former = FormerHours.objects.filter(volunteer=volunteer).standing().order_by("first_on").first()
    days = [former.first_on] if former else []
    if stay:
        days.append(stay.started_at.astimezone(get_current_timezone()).date())
    return min(days, default=None)
