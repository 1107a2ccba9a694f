"""志愿者: people register themselves; staff suspend with a reason."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.grants import Role
from communities.models import Refused, Region, User
from communities.services import consents, roles
from volunteers.models import Account, Skill, Volunteer
from volunteers.models.volunteers import ADULT_AGE, MINIMUM_AGE, age_at_most

Status = Volunteer.Status


@transaction.atomic
def register(
    user: User,
    *,
    region: Region,
    by: User,
    skills: Iterable[Skill] = (),
    on: date | None = None,
    agrees: bool = False,
    **fields: Any,
) -> Volunteer:
    """Make a person a volunteer of the community where they live: from 14 years, below 18 with a guardian.

    To register is to consent to the profile; that birth date and guardian may be kept too is said apart (`agrees`).
    Who had left comes back with the number, hours and points of before.
    """
    if known := Volunteer.objects.filter(user=user).select_related("user", "region").first():
        return _come_back(known, region=region, by=by, skills=skills, on=on, agrees=agrees, **fields)
    volunteer = Volunteer(user=user, region=region, number=_new_number(), **fields)
    _check_age(volunteer, on or localdate())
    _consent(user, consents.Kinds.PROFILE, by=by)
    _check_consent(volunteer, agrees=agrees, by=by)
    volunteer.begin(by=by)
    volunteer.skills.set(skills)
    roles.assign(user, role=Role.VOLUNTEER, region=region, by=by)
    return volunteer


def _come_back(volunteer: Volunteer, *, by: User, **fields: Any) -> Volunteer:
    if volunteer.status != Status.LEFT:
        raise Refused(_("You are already registered as a volunteer."), code="already_registered")
    edit(volunteer, by=by, **fields)
    _consent(volunteer.user, consents.Kinds.PROFILE, by=by)
    resume(volunteer, by=by)
    return volunteer


@transaction.atomic
def edit(
    volunteer: Volunteer,
    *,
    by: User,
    skills: Iterable[Skill] | None = None,
    on: date | None = None,
    agrees: bool = False,
    **fields: Any,
) -> Volunteer:
    """Change what the profile says; who moves takes the role and the points along."""
    moved = fields.get("region", volunteer.region) != volunteer.region
    if moved:
        _end_role(volunteer, by=by)
    for name, value in fields.items():
        setattr(volunteer, name, value)
    _check_age(volunteer, on or localdate())
    _check_consent(volunteer, agrees=agrees, by=by)
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
    """Let somebody help again who was suspended or had left; who took the consent back gives it anew by registering."""
    given = volunteer.user.consents.filter(kind=consents.Kinds.PROFILE)
    if given.exists() and not given.running().exists():
        raise Refused(_("This person has withdrawn the consent; they register anew themselves."), code="consent_needed")
    volunteer.move(Status.ACTIVE, by=by)
    roles.assign(volunteer.user, role=Role.VOLUNTEER, region=volunteer.region, by=by)


@transaction.atomic
def leave(volunteer: Volunteer, *, by: User) -> None:
    """Stop being a volunteer; hours and points stay on record."""
    volunteer.move(Status.LEFT, by=by)
    _end_role(volunteer, by=by)


@transaction.atomic
def end_profile(user: User, *, by: User) -> None:
    """The consent to the profile was withdrawn: who has a running one leaves."""
    for volunteer in Volunteer.objects.filter(user=user).exclude(status=Status.LEFT).select_related("user", "region"):
        leave(volunteer, by=by)


@transaction.atomic
def forget_sensitive(user: User, *, by: User) -> None:
    """The consent to keep them was withdrawn: forget birth date and guardian; who is not of age leaves with that."""
    for volunteer in Volunteer.objects.filter(user=user).select_related("user", "region"):
        is_minor = bool(volunteer.born) and age_at_most(volunteer.born, on=localdate()) < ADULT_AGE
        volunteer.born = volunteer.guardian = ""
        volunteer.save(update_fields=["born", "guardian"])
        if is_minor and volunteer.status != Status.LEFT:
            leave(volunteer, by=by)


def _consent(user: User, kind: str, *, by: User) -> None:
    consents.give(user, kind=kind, version=settings.PRIVACY_VERSION, at=now(), by=by)


def _check_consent(volunteer: Volunteer, *, agrees: bool, by: User) -> None:
    """Birth date and guardian are kept only of those who agreed to that apart (PIPL 29)."""
    if not (volunteer.born or volunteer.guardian):
        return
    if agrees:
        _consent(volunteer.user, consents.Kinds.SENSITIVE, by=by)
    elif consents.is_missing(volunteer.user, kind=consents.Kinds.SENSITIVE):
        message = _("Please agree that birth date and guardian may be kept, or leave them blank.")
        raise Refused(message, code="consent_needed")


def of_user(user: User) -> Volunteer:
    """The volunteer that this person is."""
    found: Volunteer | None = Volunteer.objects.filter(user=user).select_related("region", "user").first()
    if found is None:
        raise Refused(_("Please register as a volunteer first."), code="not_a_volunteer")
    return found


def with_number(number: str) -> Volunteer:
    """The active volunteer with this number."""
    found: Volunteer | None = Volunteer.objects.active().filter(number=number.strip()).first()
    if found is None:
        raise Refused(_("There is no active volunteer with this number."), code="unknown_number")
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
