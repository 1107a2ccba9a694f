"""报名: places are numbered, so that the database itself keeps one for each."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from volunteers.models import Activity, Signup, Volunteer

from . import profiles

Status = Signup.Status


@transaction.atomic
def sign_up(
    activity: Activity, *, volunteer: Volunteer, by: User, wait: bool = True, at: datetime | None = None
) -> Signup:
    """Give a volunteer a place, or one on the waiting list when all are taken; a second time changes nothing."""
    at = at or now()
    profiles.must_be_active(volunteer)
    profiles.must_have_guardian(volunteer, on=localdate(at))
    activity = activity.locked()
    if activity.status != Activity.Status.PUBLISHED or activity.ends_at <= at:
        raise Refused(_("This activity takes no more sign-ups."), code="too_late")
    signup: Signup | None = Signup.objects.filter(activity=activity, volunteer=volunteer).first()
    if signup and signup.status != Status.WITHDRAWN:
        return signup
    place = _free_place(activity)
    if place is None and not wait:
        raise Refused(_("All places are taken."), code="activity_is_full")
    status = Status.SIGNED_UP if place else Status.WAITING
    if signup is None:
        signup = Signup(activity=activity, volunteer=volunteer, region=activity.region, queued_at=at)
        signup.status, signup.place_number = status, place
        signup.begin(by=by)
    else:
        signup.move(status, by=by, place_number=place, queued_at=at)
    return signup


@transaction.atomic
def withdraw(signup: Signup, *, by: User, at: datetime | None = None, late: bool = False) -> None:
    """Give a place back, which then goes to the first of the waiting list.

    Volunteers do so themselves until the activity's hour for it; staff, and with `late` everybody, until it begins. Who
    only waits may stop waiting until it begins.
    """
    activity, at = Activity.objects.select_for_update().get(pk=signup.activity_id), at or now()
    if activity.starts_at <= at:
        raise Refused(_("The activity has begun; a place can be given back only before."), code="too_late")
    is_own = by.pk == signup.volunteer.user_id and signup.locked().status == Status.SIGNED_UP
    if is_own and not late and activity.withdraw_until <= at:
        until = localtime(activity.withdraw_until).strftime("%Y-%m-%d %H:%M")
        raise Refused(
            _("Places could be given back until %(until)s; please call the community.") % {"until": until},
            code="too_late_to_withdraw",
        )
    signup.move(Status.WITHDRAWN, by=by, place_number=None)
    fill(activity, by=by)


def fill(activity: Activity, *, by: User) -> None:
    """Give free places to the waiting list, who came first first."""
    if activity.status != Activity.Status.PUBLISHED:
        return
    for signup in activity.signups.waiting().filter(volunteer__status=Volunteer.Status.ACTIVE):
        place = _free_place(activity)
        if place is None:
            return
        signup.move(Status.SIGNED_UP, by=by, place_number=place)


def _free_place(activity: Activity) -> int | None:
    """The lowest number that nobody holds."""
    held = set(activity.signups.signed_up().values_list("place_number", flat=True))
    return next((number for number in range(1, activity.places + 1) if number not in held), None)
