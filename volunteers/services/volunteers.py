"""志愿者: people register themselves; staff suspend with a reason."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.grants import Role
from communities.models import Refused, Region, User
from communities.services import consents, roles
from volunteers.models import Account, Reservation, Volunteer

from . import oddities, profiles, reservations, signups

Status = Volunteer.Status


@transaction.atomic
def register(
    user: User,
    *,
    region: Region,
    by: User,
    on: date | None = None,
    agrees: bool = False,
    agrees_to_document: bool = False,
    **fields: Any,
) -> Volunteer:
    """Make a person a volunteer of the community where they live: from 14 years, below 18 with a guardian.

    To register is to consent to the profile; that birth date and guardian (`agrees`) and a document's number
    (`agrees_to_document`) may be kept too is said apart. `fields` are those of the profile, with `skills`, `kinds`
    and `is_named` (whether the name may be shown in public thanks). Who had left comes back with the number, hours
    and points of before.
    """
    agreed = {"agrees": agrees, "agrees_to_document": agrees_to_document}
    if known := Volunteer.objects.filter(user=user).select_related("user", "region").first():
        return _come_back(known, region=region, by=by, on=on, **agreed, **fields)
    volunteer = Volunteer(user=user, region=region, number=_new_number(), **_columns(fields))
    profiles.consent(user, consents.Kinds.PROFILE, by=by)
    profiles.check(volunteer, on=on or localdate(), by=by, **agreed)
    volunteer.begin(by=by)
    _choose(volunteer, fields, by=by)
    roles.assign(user, role=Role.VOLUNTEER, region=region, by=by)
    return volunteer


def _come_back(volunteer: Volunteer, *, by: User, **fields: Any) -> Volunteer:
    if volunteer.status != Status.LEFT:
        raise Refused(_("You are already registered as a volunteer."), code="already_registered")
    edit(volunteer, by=by, **fields)
    profiles.consent(volunteer.user, consents.Kinds.PROFILE, by=by)
    resume(volunteer, by=by)
    return volunteer


@transaction.atomic
def edit(
    volunteer: Volunteer,
    *,
    by: User,
    on: date | None = None,
    agrees: bool = False,
    agrees_to_document: bool = False,
    **fields: Any,
) -> Volunteer:
    """Change what the profile says; who moves takes the role and the points along.

    Another guardian than before is asked anew. Who is on record as under 18 does not become of age by what they write.
    """
    moved = fields.get("region", volunteer.region) != volunteer.region
    if moved:
        _end_role(volunteer, by=by)
    columns, was_minor = _columns(fields), volunteer.is_minor(on=on or localdate())
    if columns.get("guardian", volunteer.guardian) != volunteer.guardian:
        columns["guardian_agreed_on"] = None
    for name, value in columns.items():
        setattr(volunteer, name, value)
    profiles.check(volunteer, on=on or localdate(), agrees=agrees, agrees_to_document=agrees_to_document, by=by)
    if was_minor and not volunteer.is_minor(on=on or localdate()):
        profiles.must_show_age(volunteer)
    volunteer.save(update_fields={*columns, "document_type", "document_number"})
    oddities.note_birth(volunteer, by=by)
    _choose(volunteer, fields, by=by)
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
    """Stop being a volunteer; hours and points stay on record, places in what is to come go to the next."""
    volunteer.move(Status.LEFT, by=by)
    _end_role(volunteer, by=by)
    give_back(volunteer, by=by)


def give_back(volunteer: Volunteer, *, by: User) -> None:
    """Let others have the places in what is to come, and the pieces that are held, of somebody who goes."""
    coming = volunteer.signups.live().filter(activity__starts_at__gt=now())
    for signup in coming.select_related("activity", "region"):
        signups.withdraw(signup, by=by, late=True)
    for held in volunteer.reservations.filter(status=Reservation.Status.HELD).select_related("reward"):
        reservations.give_up(held, by=by)


@transaction.atomic
def end_profile(user: User, *, by: User) -> None:
    """The consent to the profile was withdrawn: who has a running one leaves."""
    for volunteer in Volunteer.objects.filter(user=user).exclude(status=Status.LEFT).select_related("user", "region"):
        leave(volunteer, by=by)


@transaction.atomic
def forget_sensitive(user: User, *, by: User) -> None:
    """The consent to keep them was withdrawn: forget birth date and guardian; who is not of age leaves with that."""
    for volunteer in Volunteer.objects.filter(user=user).select_related("user", "region"):
        is_minor = _remember_minor(volunteer)
        volunteer.born, volunteer.guardian, volunteer.guardian_agreed_on = "", "", None
        volunteer.save(update_fields=["born", "guardian", "guardian_agreed_on", "minor_index"])
        if is_minor and volunteer.status != Status.LEFT:
            leave(volunteer, by=by)


def _remember_minor(volunteer: Volunteer) -> bool:
    """Whether somebody is under 18; of their birth date, about to be forgotten, only a fingerprint is kept."""
    is_minor = volunteer.is_minor(on=localdate())
    if is_minor:
        volunteer.minor_index = volunteer.index_of_birth()
    return is_minor


@transaction.atomic
def forget_document(user: User, *, by: User) -> None:
    """The consent to keep it was withdrawn: forget document type and number; who is not of age by it alone leaves."""
    for volunteer in Volunteer.objects.filter(user=user).select_related("user", "region"):
        is_minor = _remember_minor(volunteer)
        volunteer.document_type = volunteer.document_number = ""
        volunteer.save(update_fields=["document_type", "document_number", "minor_index"])
        if is_minor and not volunteer.birth and volunteer.status != Status.LEFT:
            leave(volunteer, by=by)


CHOSEN = ("skills", "kinds")


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in {*CHOSEN, "is_named"}}


def _choose(volunteer: Volunteer, fields: dict[str, Any], *, by: User) -> None:
    for name in CHOSEN:
        if fields.get(name) is not None:
            getattr(volunteer, name).set(fields[name])
    if fields.get("is_named") is not None:
        profiles.name_in_public(volunteer, agrees=fields["is_named"], by=by)


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
