"""积分发放: what confirmed hours earn, by the rule of the place and the day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Sum
from django.utils.timezone import localdate, localtime

from communities.models import User
from volunteers.models import Account, Attendance, Journal, PointsRule
from volunteers.models.worth import months_later

from . import accounts, journals, pools


def issue(attendance: Attendance, *, by: User) -> tuple[int, Journal | None]:
    """Post the points of confirmed minutes; no rule, or less than a unit, earns none. Call it once a confirmation."""
    account = accounts.of_volunteer(attendance.volunteer)
    # One confirmation of a person at a time, so that the caps hold.
    Account.objects.select_for_update().get(pk=account.pk)
    rule = _rule(attendance)
    points = _worth(attendance, rule) if rule else 0
    if not (rule and points):
        return 0, None
    activity, last = attendance.activity, rule.last_day(earned_on=localdate(attendance.started_at))
    journal = journals.post(
        {account: points, pools.issuing_for(activity.region): -points},
        days={account: {last: points}} if last else {},
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


def _rule(attendance: Attendance) -> PointsRule | None:
    """The rule of the place, the day, the kind of service and the part that the volunteer had in it."""
    day, activity = localdate(attendance.started_at), attendance.activity
    leads = activity.leader_id == attendance.volunteer.user_id
    rule: PointsRule | None = PointsRule.objects.for_activity(activity, on=day, leads=leads).first()
    return rule


def _worth(attendance: Attendance, rule: PointsRule) -> int:
    day = localdate(attendance.started_at)
    first, next_month = day.replace(day=1), months_later(day.replace(day=1), 1)
    return rule.points_for(
        attendance,
        earned_that_day=_earned(attendance, day, day + timedelta(days=1)),
        earned_that_month=_earned(attendance, first, next_month),
    )


def _earned(attendance: Attendance, begins: date, ends: date) -> int:
    """Points of the person's other confirmed stays that began on these days, the last excluded."""
    zone = localtime(attendance.started_at).tzinfo
    from_, until = (datetime.combine(day, time(), zone) for day in (begins, ends))
    stays = Attendance.objects.confirmed().filter(volunteer=attendance.volunteer)
    others = stays.filter(started_at__gte=from_, started_at__lt=until).exclude(pk=attendance.pk)
    return others.aggregate(total=Sum("points"))["total"] or 0
