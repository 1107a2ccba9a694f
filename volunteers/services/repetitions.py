"""重复活动: each occurrence is an activity of its own, made some weeks ahead by the clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.services import sweeps
from volunteers.models import Activity, Repetition

from . import activities

Status = Repetition.Status
AHEAD = timedelta(weeks=4)
LONGEST = timedelta(days=366)


@transaction.atomic
def start(
    activity: Activity, *, every: str, until: date, by: User, interval: int = 1, at: datetime | None = None
) -> Repetition:
    """Let an activity come again by rule until a last day, at most a year later; those of the next weeks are made now.

    Each is published when it is made, if the first one is; else it stays a draft.
    """
    at, locked = at or now(), activity.locked()
    first = localdate(locked.starts_at)
    if locked.repetition_id:
        raise Refused(_("This activity is repeated already."), code="repeated_already")
    if locked.status not in {Activity.Status.DRAFT, Activity.Status.PUBLISHED} or locked.ends_at <= at:
        raise Refused(_("Only what is still to come is repeated; copy this one instead."), code="too_late")
    if not first < until <= first + LONGEST:
        raise Refused(_("The last day is after the first activity, at most a year."), code="wrong_day")
    repetition = Repetition(
        pattern=activity, region=activity.region, every=every, interval=interval, until=until, made_until=first
    )
    repetition.begin(by=by)
    Activity.objects.filter(pk=activity.pk).update(repetition=repetition, repeats_on=first)
    activity.refresh_from_db(fields=["repetition", "repeats_on"])
    make(repetition, at=at, by=by)
    return repetition


@transaction.atomic
def make(repetition: Repetition, *, at: datetime, by: User) -> list[Activity]:
    """Make what comes within the next weeks and is not there yet; once all are made the repetition is finished."""
    repetition.take()
    if repetition.status != Status.RUNNING:
        return []
    if repetition.pattern.status == Activity.Status.CANCELLED and not repetition.pattern.published_at:
        repetition.move(Status.STOPPED, by=by, reason=_("The first activity was called off before anybody saw it."))
        return []
    horizon = min(localdate(at) + AHEAD, repetition.until)
    days = repetition.days(after=repetition.made_until, until=horizon)
    made = [one for one in (_occurrence(repetition, day, at=at, by=by) for day in days) if one]
    if horizon > repetition.made_until:
        repetition.made_until = horizon
        repetition.save(update_fields=["made_until"])
    if repetition.made_until >= repetition.until:
        repetition.move(Status.FINISHED, by=by)
    return made


def make_due(*, at: datetime, by: User) -> int:
    """Make what every running repetition still lacks; how many activities."""
    due = Repetition.objects.running().select_related("region").order_by("id")
    return sum(len(made) for made in sweeps.each(due, lambda repetition: make(repetition, at=at, by=by)))


@transaction.atomic
def stop(
    repetition: Repetition, *, reason: str, by: User, cancel_coming: bool = False, at: datetime | None = None
) -> None:
    """Make no more, with a reason; with `cancel_coming` what is made and has not begun is called off for it."""
    repetition.move(Status.STOPPED, by=by, reason=reason)
    coming = repetition.activities.filter(starts_at__gt=at or now(), status__in=["draft", "published"])
    for activity in coming.order_by("starts_at") if cancel_coming else ():
        activities.cancel(activity, reason=reason, by=by)


def _occurrence(repetition: Repetition, day: date, *, at: datetime, by: User) -> Activity | None:
    """The activity of one day; none where that day is past, as after a long standstill."""
    pattern = repetition.pattern
    shift = day - localdate(pattern.starts_at)
    if pattern.ends_at + shift <= at:
        return None
    made = activities.copy(pattern, by=by, shift=shift, repetition=repetition, repeats_on=day)
    if pattern.published_at:
        activities.publish(made, by=by, at=at)
    return made
