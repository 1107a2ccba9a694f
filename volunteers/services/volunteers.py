"""志愿者: people register themselves; staff suspend with a reason."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities.grants import Role
from communities.models import Refused, Region, User
from communities.services import roles
from volunteers.models import Account, Skill, Volunteer
from volunteers.models.volunteers import ADULT_AGE, MINIMUM_AGE, age_at_most

Status = Volunteer.Status


@transaction.atomic
def register(
    user: User, *, region: Region, by: User, skills: Iterable[Skill] = (), on: date | None = None, **fields: Any
) -> Volunteer:
    """Make a person a volunteer of the community where they live: from 14 years, below 18 with a guardian."""
    if Volunteer.objects.filter(user=user).exists():
        raise Refused(_("You are already registered as a volunteer."), code="already_registered")
    volunteer = Volunteer(user=user, region=region, number=_new_number(), **fields)
    _check_age(volunteer, on or localdate())
    volunteer.begin(by=by)
    volunteer.skills.set(skills)
    roles.assign(user, role=Role.VOLUNTEER, region=region, by=by)
    return volunteer


@transaction.atomic
def edit(
    volunteer: Volunteer, *, by: User, skills: Iterable[Skill] | None = None, on: date | None = None, **fields: Any
) -> Volunteer:
    """Change what the profile says; who moves takes the role and the points along."""
    moved = fields.get("region", volunteer.region) != volunteer.region
    if moved:
        _end_role(volunteer, by=by)
    for name, value in fields.items():
        setattr(volunteer, name, value)
    _check_age(volunteer, on or localdate())
    volunteer.save(update_fields=list(fields) or None)
    if skills is not None:
        volunteer.skills.set(skills)
    if moved:
        Account.objects.filter(volunteer=volunteer).update(region=volunteer.region)
        roles.assign(volunteer.user, role=Role.VOLUNTEER, region=volunteer.region, by=by)
    return volunteer


def suspend(volunteer: Volunteer, *, reason: str, by: User) -> None:
    """Let somebody neither sign up nor redeem for now, with a reason; points and hours stay."""
    volunteer.move(Status.SUSPENDED, by=by, reason=reason)


@transaction.atomic
def resume(volunteer: Volunteer, *, by: User) -> None:
    """Let somebody help again who was suspended or had left."""
    volunteer.move(Status.ACTIVE, by=by)
    roles.assign(volunteer.user, role=Role.VOLUNTEER, region=volunteer.region, by=by)


@transaction.atomic
def leave(volunteer: Volunteer, *, by: User) -> None:
    """Stop being a volunteer; hours and points stay on record."""
    volunteer.move(Status.LEFT, by=by)
    _end_role(volunteer, by=by)


def of_user(user: User) -> Volunteer:
    """The volunteer that this person is."""
    found: Volunteer | None = Volunteer.objects.filter(user=user).select_related("region", "user").first()
    if found is None:
        raise Refused(_("Please register as a volunteer first."), code="not_a_volunteer")
    return found


def must_be_active(volunteer: Volunteer) -> None:
    """Refuse what only active volunteers do."""
    if volunteer.status != Status.ACTIVE:
        raise Refused(
            _("This needs an active volunteer; %(name)s is %(status)s.")
            % {"name": volunteer, "status": volunteer.get_status_display()},
            code="not_active",
        )


def _end_role(volunteer: Volunteer, *, by: User) -> None:
    held = volunteer.user.role_assignments.active().filter(role=Role.VOLUNTEER, region=volunteer.region)
    for assignment in held:
        roles.end(assignment, by=by)


def _new_number() -> str:
    """Eight random digits; a taken one is thrown again."""
    while True:
        number = f"{secrets.randbelow(10**8):08}"
        if not Volunteer.objects.filter(number=number).exists():
            return number


def _check_age(volunteer: Volunteer, on: date) -> None:
    if not volunteer.born:
        return
    age = age_at_most(volunteer.born, on=on)
    if age < MINIMUM_AGE:
        raise Refused(_("Volunteers are at least 14 years old. If only the year is given, please add the day."))
    if age < ADULT_AGE and not volunteer.guardian.strip():
        raise Refused(_("Below 18 a guardian must agree: please give the guardian's name and phone."))
