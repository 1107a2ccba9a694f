"""积分发放: what confirmed hours earn, by the rule of the place and the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import localdate, localtime

from communities.models import Refused, StatusChange, User
from volunteers.models import Account, Attendance, Journal, PointsRule
from volunteers.models.attendance import AttendanceQuerySet
from volunteers.models.lots import WARNING
from volunteers.models.worth import months_later

from . import accounts, journals, lots, pools

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


def make_good(stays: Iterable[Attendance], *, by: User) -> None:
    """Post what the caps of a day or month had cut off these stays, as far as others fell away or earn less by now.

    A stay's points are posted anew in full and then taken back as they were, so that nobody needs to have any left.
    Those it had keep their last day. A rule that was added after a stay was confirmed changes nothing of it.
    """
    for stay in stays:
        rule = _rule(stay)
        if rule and rule.has_caps and _held_then(rule, stay) and _worth(stay, rule) > (stay.points or 0):
            _earn_the_rest(stay, rule, by=by)


def _held_then(rule: PointsRule, stay: Attendance) -> bool:
    confirmed = stay.last_change()
    since = {"at__gt": confirmed.at} if confirmed else {}
    return not StatusChange.objects.about(rule).filter(new="added", **since).exists()


def _earn_the_rest(stay: Attendance, rule: PointsRule, *, by: User) -> None:
    account, activity, old = accounts.of_volunteer(stay.volunteer), stay.activity, stay.journal
    points, last = _worth(stay, rule), _last_day(stay, rule)
    days = Counter(lots.moved_by(old.entries.get(account=account)) if old else {})
    days.update({last: points - (stay.points or 0)} if last else {})
    journal = journals.post(
        {account: points, pools.issuing_for(activity.region): -points},
        days={account: days},
        kind=Journal.Kind.EARN,
        region=activity.region,
        reason=f"{activity.title}：此前服务的积分有更正，按上限补发",
        reason_en=f"{activity.title_en or activity.title}: what the cap cut off, as an earlier stay earns less",
        source=f"attendance {stay.pk}",
        key=f"attendance:{stay.pk}:{stay.confirmations}:anew:{old.pk if old else ''}",
        by=by,
    )
    if old:
        journals.reverse(old, reason="按上限重新计算", reason_en="counted anew within the cap", by=by)
    stay.points, stay.journal = points, journal
    stay.save(update_fields=["points", "journal"])


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
    same_day = _between(attendance, day, day + timedelta(days=1)).exclude(pk=attendance.pk)
    same_month = of_the_month(attendance).exclude(pk=attendance.pk)
    return rule.points_for(attendance, earned_that_day=_earned(same_day), earned_that_month=_earned(same_month))


def _earned(stays: AttendanceQuerySet) -> int:
    return stays.aggregate(total=Sum("points"))["total"] or 0


def of_the_month(attendance: Attendance) -> AttendanceQuerySet:
    """The stays of the person that began in this one's month: those that share its caps."""
    first = localdate(attendance.started_at).replace(day=1)
    return _between(attendance, first, months_later(first, 1))


def _between(attendance: Attendance, begins: date, ends: date) -> AttendanceQuerySet:
    """The stays of the person that began on these days, the last excluded."""
    zone = localtime(attendance.started_at).tzinfo
    from_, until = (datetime.combine(day, time(), zone) for day in (begins, ends))
    stays = Attendance.objects.filter(volunteer=attendance.volunteer_id)
    return stays.filter(started_at__gte=from_, started_at__lt=until)
