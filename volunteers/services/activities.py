"""志愿活动: from a draft to what was done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.services import sweeps
from volunteers.models import Activity

from . import attendances, signups

Status = Activity.Status


def draft(activity: Activity, *, by: User) -> Activity:
    """Keep a new activity that nobody else sees yet."""
    activity.full_clean(exclude=["status"])
    activity.begin(by=by)
    return activity


@transaction.atomic
def edit(activity: Activity, *, by: User, **fields: Any) -> Activity:
    """Change a draft; of a published activity the number of places and the leader."""
    locked = activity.locked()
    later = {name for name, value in fields.items() if getattr(locked, name) != value} - {"places", "leader"}
    if locked.status != Status.DRAFT and (later or locked.status != Status.PUBLISHED):
        raise Refused(_("People rely on what was published: cancel this activity and publish another."))
    for name, value in fields.items():
        setattr(activity, name, value)
    activity.full_clean(exclude=["status"])
    activity.save(update_fields=list(fields) or None)
    signups.fill(activity, by=by)
    return activity


def publish(activity: Activity, *, by: User, at: datetime | None = None) -> None:
    """Open an activity to the public and to sign-ups."""
    at = at or now()
    if activity.ends_at <= at:
        raise Refused(_("This activity is already over."), code="too_late")
    activity.move(Status.PUBLISHED, by=by, published_at=at)


def cancel(activity: Activity, *, reason: str, by: User) -> None:
    """Call an activity off, with the reason that those who signed up will read; nobody may be there yet."""
    with transaction.atomic():
        activity.move(Status.CANCELLED, by=by, reason=reason)
        if activity.attendances.exclude(status="rejected").exists():
            raise Refused(_("Volunteers have already checked in: end it instead."), code="has_attendance")


@transaction.atomic
def end(activity: Activity, *, by: User, at: datetime | None = None) -> None:
    """Close an activity whose time is past; those still checked in wait for the leader."""
    if activity.ends_at > (at or now()):
        raise Refused(_("This activity is not over yet."), code="too_early")
    activity.move(Status.ENDED, by=by)
    attendances.mark_forgotten(activity.attendances.open(), by=by)


def end_due(*, at: datetime, by: User) -> int:
    """End every activity whose time, and the time to check out after it, is past; how many."""
    due = Activity.objects.over(at=at - attendances.TIME_TO_CHECK_OUT)
    return len(sweeps.each(due, lambda activity: end(activity, by=by, at=at)))
