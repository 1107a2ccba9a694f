"""积分发放: what confirmed hours earn, by the rule of the place and the day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import localdate, localtime

from communities.models import Refused, User
from volunteers.models import Account, Attendance, Journal, PointsRule
from volunteers.models.lots import WARNING
from volunteers.models.worth import months_later

from . import accounts, journals, pools

# What the ledger says of points that are not there any more.
TOO_FEW = "balance_never_negative"


def issue(attendance: Attendance, *, by: User) -> tuple[int, Journal | None]:
    """Post the points of confirmed minutes; no rule, or less than a unit, earns none. Call it once a confirmation.

    Points of an earlier confirmation that were spent when it was taken back are set off; where that is more than there
    is, they stay as they are.
    """
    account = accounts.of_volunteer(attendance.volunteer)
    # One confirmation of a person at a time, so that the caps hold.
    Account.objects.select_for_update().get(pk=account.pk)
    rule = _rule(attendance)
    try:
        with transaction.atomic():
            points, journal = _earn(attendance, rule, account, by=by)
            if attendance.journal:
                journals.reverse(attendance.journal, reason="重新确认", reason_en="confirmed anew", by=by)
            return points, journal
    except Refused as no:
        if no.code != TOO_FEW:
            raise
        return attendance.points or 0, attendance.journal


def _earn(attendance: Attendance, rule: PointsRule | None, account: Account, *, by: User) -> tuple[int, Journal | None]:
    points = _worth(attendance, rule) if rule else 0
    if not (rule and points):
        return 0, None
    activity, last = attendance.activity, _last_day(attendance, rule)
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


def take_back(attendance: Attendance, *, reason: str, by: User) -> bool:
    """Reverse the points of an attendance; False, and they stay where they are, when they were already spent."""
    try:
        if attendance.journal:
            journals.reverse(attendance.journal, reason=reason, by=by)
    except Refused as no:
        if no.code != TOO_FEW:
            raise
        return False
    return True


def _rule(attendance: Attendance) -> PointsRule | None:
    """The rule of the place, the day, the kind of service and the part that the volunteer had in it."""
    day, activity = localdate(attendance.started_at), attendance.activity
    leads = activity.leader_id == attendance.volunteer.user_id
    rule: PointsRule | None = PointsRule.objects.for_activity(activity, on=day, leads=leads).first()
    return rule


def _last_day(attendance: Attendance, rule: PointsRule) -> date | None:
    """By the rule, from the day of service on; who is confirmed late still has the days of the warning."""
    last = rule.last_day(earned_on=localdate(attendance.started_at))
    return last and max(last, localdate() + WARNING)


def _worth(attendance: Attendance, rule: PointsRule) -> int:
    day = localdate(attendance.started_at)
    first, next_month = day.replace(day=1), months_later(day.replace(day=1), 1)
    return rule.points_for(
        attendance,
        earned_that_day=_earned(attendance, day, day + timedelta(days=1)),
        earned_that_month=_earned(attendance, first, next_month),
    )


def _earned(attendance: Attendance, begins: date, ends: date) -> int:
    """Points that the person has of other stays that began on these days, the last excluded."""
    zone = localtime(attendance.started_at).tzinfo
    from_, until = (datetime.combine(day, time(), zone) for day in (begins, ends))
    stays = Attendance.objects.filter(volunteer=attendance.volunteer, points__gt=0)
    others = stays.filter(started_at__gte=from_, started_at__lt=until).exclude(pk=attendance.pk)
    return others.aggregate(total=Sum("points"))["total"] or 0
