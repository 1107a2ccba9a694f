"""志愿保障: staff note insurance and training, for one volunteer or for all who signed up."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Refused, User
from volunteers.models import Activity, Safeguard, Volunteer

Status = Safeguard.Status


def note(
    volunteer: Volunteer, *, kind: str, title: str, starts_on: date, ends_on: date, by: User, for_kind: Any = None
) -> Safeguard:
    """Note a volunteer's insurance or training, with its last day."""
    if volunteer.status == Volunteer.Status.LEFT:
        raise Refused(_("This person has left the volunteers."), code="not_active")
    noted = Safeguard(volunteer=volunteer, region=volunteer.region, kind=kind, title=title.strip(), for_kind=for_kind)
    noted.starts_on, noted.ends_on = starts_on, ends_on
    noted.begin(by=by)
    return noted


@transaction.atomic
def note_all(activity: Activity, *, by: User, **about: Any) -> list[Safeguard]:
    """Note the same insurance or training of all who have a place in an activity, as a group's policy is bought."""
    held = activity.signups.signed_up().select_related("volunteer__region", "volunteer__user").order_by("place_number")
    people = [signup.volunteer for signup in held if signup.volunteer.status != Volunteer.Status.LEFT]
    if not people:
        raise Refused(_("Nobody has signed up yet."), code="nobody")
    return [note(volunteer, by=by, **about) for volunteer in people]


def revoke(safeguard: Safeguard, *, reason: str, by: User) -> None:
    """Say that one no longer holds, with the reason that the volunteer will read; what was done under it stays."""
    safeguard.move(Status.REVOKED, by=by, reason=reason)
