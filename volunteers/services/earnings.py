"""积分发放: what confirmed hours earn, by the rule of the place and the day."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Sum
from django.utils.timezone import localdate, localtime

from communities.models import User
from volunteers.models import Account, Attendance, Journal, PointsRule

from . import accounts, journals


def issue(attendance: Attendance, *, by: User) -> tuple[int, Journal | None]:
    """Post the points of confirmed minutes; no rule, or less than a unit, earns none. Call it once a confirmation."""
    account = accounts.of_volunteer(attendance.volunteer)
    # One confirmation of a person at a time, so that the day's cap holds.
    Account.objects.select_for_update().get(pk=account.pk)
    points = _worth(attendance)
    if not points:
        return 0, None
    activity = attendance.activity
    journal = journals.post(
        {account: points, accounts.pool_of(activity.region): -points},
        kind=Journal.Kind.EARN,
        region=activity.region,
        reason=activity.title,
        reason_en=activity.title_en,
        source=f"attendance {attendance.pk}",
        key=f"attendance:{attendance.pk}:{attendance.confirmations}",
        by=by,
    )
    return points, journal


def take_back(attendance: Attendance, *, reason: str, by: User) -> None:
    """Reverse the points of an attendance; refused when they were already spent."""
    if attendance.journal:
        journals.reverse(attendance.journal, reason=reason, by=by)


def _worth(attendance: Attendance) -> int:
    day = localdate(attendance.started_at)
    rule: PointsRule | None = PointsRule.objects.for_activity(attendance.activity, on=day).first()
    if rule is None:
        return 0
    return rule.points_for(attendance.minutes or 0, earned_that_day=_earned(attendance))


def _earned(attendance: Attendance) -> int:
    """Points of the person's other confirmed stays that began on the same day."""
    morning = datetime.combine(localdate(attendance.started_at), time(), localtime(attendance.started_at).tzinfo)
    same_day = Attendance.objects.confirmed().filter(
        volunteer=attendance.volunteer, started_at__gte=morning, started_at__lt=morning + timedelta(days=1)
    )
    return same_day.exclude(pk=attendance.pk).aggregate(total=Sum("points"))["total"] or 0
