"""催办记录: leaders are reminded to confirm hours before the ten working days are over, and weekly after."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from communities.calendar import working_days_between
from communities.services import sweeps
from communities.services.notices import tell
from volunteers.models import Activity
from volunteers.models.attendance import last_day_to_record

WORKING_DAYS_BEFORE = 3
A_WEEK = 7


def remind(*, at: datetime) -> None:
    """By day, remind the leader of each activity whose hours are due within three working days, or late."""
    first, last = settings.REMIND_BETWEEN_HOURS
    if first <= localtime(at).hour < last:
        waiting = Activity.objects.unrecorded(at=at).select_related("leader", "region")
        sweeps.each(waiting, lambda activity: _remind(activity, today=localdate(at), at=at))


def _remind(activity: Activity, *, today: date, at: datetime) -> None:
    due = last_day_to_record(activity.ends_at)
    if today <= due and working_days_between(today, due) > WORKING_DAYS_BEFORE:
        return
    if activity.leader is None:
        return
    late = today > due
    step = f"late {(today - due).days // A_WEEK}" if late else "soon"
    tell(
        [activity.leader],
        kind="hours_late" if late else "hours_due",
        key=f"hours:{activity.pk}:{step}",
        region=activity.region,
        params={"title": activity.title, "day": str(due)},
        url=reverse("volunteers:confirm", args=[activity.pk]),
        at=at,
    )
