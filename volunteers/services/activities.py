"""志愿活动: from a draft to what was done."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.services import sweeps
from volunteers.models import Activity, Skill

from . import attendances, signups

Status = Activity.Status
WEEK = timedelta(weeks=1)
# What the next activity has of the one that is copied.
COPIED = (
    *("region", "kind", "title", "title_en", "about", "about_en", "place", "place_en", "places", "leader"),
    *("risk_note", "risk_note_en", "needs_insurance", "needs_training", "withdraw_hours"),
)
# What may still change when people rely on the rest.
LATER = {"places", "leader"}


@transaction.atomic
def draft(activity: Activity, *, by: User, skills: Iterable[Skill] = ()) -> Activity:
    """Keep a new activity that nobody else sees yet."""
    activity.full_clean(exclude=["status"])
    activity.begin(by=by)
    activity.skills.set(skills)
    return activity


def copy(activity: Activity, *, by: User, shift: timedelta | None = None, **fields: Any) -> Activity:
    """Draft the same activity again: so much later, or else on the next same weekday that is still to come."""
    later = shift if shift is not None else WEEK * max(1, math.ceil((now() - activity.starts_at) / WEEK))
    again = Activity(**{name: getattr(activity, name) for name in COPIED}, **fields)
    again.starts_at, again.ends_at = activity.starts_at + later, activity.ends_at + later
    return draft(again, by=by, skills=activity.skills.all())


@transaction.atomic
def edit(activity: Activity, *, by: User, skills: Iterable[Skill] | None = None, **fields: Any) -> Activity:
    """Change a draft; of a published activity the number of places and the leader."""
    locked = activity.locked()
    later = {name for name, value in fields.items() if getattr(locked, name) != value} - LATER
    later |= {"skills"} if skills is not None and set(skills) != set(locked.skills.all()) else set()
    if locked.status != Status.DRAFT and (later or locked.status != Status.PUBLISHED):
        raise Refused(_("People rely on what was published: cancel this activity and publish another."))
    for name, value in fields.items():
        setattr(activity, name, value)
    activity.full_clean(exclude=["status"])
    activity.save(update_fields=[*fields] or None)
    if skills is not None:
        activity.skills.set(skills)
    signups.fill(activity, by=by)
    return activity


def publish(activity: Activity, *, by: User, at: datetime | None = None) -> None:
    """Open an activity to the public and to sign-ups."""
    at = at or now()
    if activity.ends_at <= at:
        raise Refused(_("This activity is already over."), code="too_late")
    activity.move(Status.PUBLISHED, by=by, published_at=at, revised_at=at)


def cancel(activity: Activity, *, reason: str, by: User, at: datetime | None = None) -> None:
    """Call an activity off, with the reason that those who signed up will read; nobody may be there yet.

    Calendars that have it show it as called off.
    """
    with transaction.atomic():
        revised = {"revision": activity.revision + 1, "revised_at": at or now()}
        activity.move(Status.CANCELLED, by=by, reason=reason, **revised)
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
