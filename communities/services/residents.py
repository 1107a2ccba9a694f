"""居民名册: who is on a community's roll, and what follows from being on it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.grants import Role
from communities.models import Refused, Region, Resident, RoleAssignment, User
from communities.models.record import record
from communities.phones import normalise

from . import roles

Status = Resident.Status


@transaction.atomic
def add(region: Region, *, name: str, by: User, phone: str = "", **fields: Any) -> Resident:
    """Put somebody whom the community knows on its roll."""
    resident = Resident(
        region=region, status=Status.VERIFIED, name=name, phone=normalise(phone) if phone else "", **fields
    )
    resident.begin(by=by)
    match_phones([resident.phone_index], by=by)
    resident.refresh_from_db()
    return resident


@transaction.atomic
def correct(resident: Resident, *, by: User, phone: str = "", **fields: str) -> Resident:
    """Correct what the roll says of somebody; what is left blank stays.

    Which fields changed is recorded, not what stood there.
    """
    if resident.status == Status.ERASED:
        raise Refused(_("Of somebody who was forgotten nothing personal is kept."), code="wrong_status")
    values = {"phone": normalise(phone) if phone else "", **fields}
    changed = [name for name, value in values.items() if value and getattr(resident, name) != value]
    if not changed:
        return resident
    if "phone" in changed and resident.user_id:
        raise Refused(_("This resident signs in with this number; they change it themselves."), code="phone_in_use")
    _correct(resident, {name: values[name] for name in changed}, by=by)
    match_phones([resident.phone_index], by=by)
    return resident


def _correct(resident: Resident, values: dict[str, str], *, by: User) -> None:
    for name, value in values.items():
        setattr(resident, name, value)
    resident.save()
    label_of = {field.name: field.verbose_name for field in Resident._meta.concrete_fields}
    labels = ", ".join(str(label_of[name]) for name in values)
    record(resident, region=resident.region, old=resident.status, new="corrected", by=by, reason=labels)


@transaction.atomic
def follow_phone(user: User, *, old_index: str | None, by: User) -> None:
    """Where a person stands on a roll by their old number, write the new one; recognise them where that stands."""
    for resident in user.residencies.current().filter(phone_index=old_index or None).select_related("region"):
        _correct(resident, {"phone": user.phone}, by=by)
    match(user, by=by)


@transaction.atomic
def ask(region: Region, *, user: User, name: str, address: str, by: User, grid: str = "") -> Resident:
    """Ask to be added to a roll; somebody who is on it already is only matched."""
    if region.level != Region.Level.COMMUNITY:
        raise Refused(_("Please choose a community."), code="no_community")
    if user.phone:
        match(user, by=by)
    mine = Resident.objects.filter(region=region, user=user)
    current: Resident | None = mine.current().first()
    if current:
        return current
    fields = {"name": name, "address": address, "grid": grid, "phone": user.phone}
    refused: Resident | None = mine.filter(status=Status.REFUSED).first()
    if refused:
        # `save` computes the index anew; it must only be among the fields that are written.
        refused.move(Status.REQUESTED, by=by, phone_index="", **fields)
        return refused
    resident = Resident(region=region, user=user, **fields)
    resident.begin(by=by)
    return resident


@transaction.atomic
def verify(resident: Resident, *, by: User) -> None:
    """Accept somebody who asked to be added, or take back somebody who had moved away."""
    resident.move(Status.VERIFIED, by=by)
    _give_roles(resident, by=by)


def refuse(resident: Resident, *, by: User, reason: str) -> None:
    """Not accept somebody who asked to be added, with the reason that they are told."""
    resident.move(Status.REFUSED, by=by, reason=reason)


@transaction.atomic
def leave(resident: Resident, *, by: User, reason: str) -> None:
    """Take somebody off the roll who moved away; with that they no longer vote here."""
    resident.move(Status.LEFT, by=by, reason=reason, is_representative=False)
    _end_roles(resident, Role.RESIDENT, Role.REPRESENTATIVE, by=by, reason=reason)


@transaction.atomic
def represent(resident: Resident, *, is_representative: bool, by: User, reason: str = "") -> None:
    """Make a resident a representative (居民代表), or no longer."""
    now_is = Resident.objects.select_for_update().values_list("status", "is_representative").get(pk=resident.pk)
    if now_is[0] != Status.VERIFIED:
        raise Refused(_("Only somebody on the roll can be a representative."), code="not_verified")
    if now_is[1] == is_representative:
        return
    resident.is_representative = is_representative
    resident.save(update_fields=["is_representative"])
    new = "represents" if is_representative else "represents_not"
    record(resident, region=resident.region, old=resident.status, new=new, by=by, reason=reason)
    if is_representative:
        _give_roles(resident, by=by)
    else:
        _end_roles(resident, Role.REPRESENTATIVE, by=by, reason=reason)


def appoint(resident: Resident, *, by: User) -> None:
    """Make a resident a representative."""
    represent(resident, is_representative=True, by=by)


def dismiss(resident: Resident, *, by: User, reason: str) -> None:
    """End a resident's being a representative."""
    represent(resident, is_representative=False, by=by, reason=reason)


def match(user: User, *, by: User | None = None) -> list[Resident]:
    """Recognise a signed-in person on the rolls by their phone; those matched now."""
    return match_phones([user.phone_index] if user.phone_index else [], by=by or user)


@transaction.atomic
def match_phones(indexes: list[str], *, by: User) -> list[Resident]:
    """Recognise whoever of these phones (their keyed indexes) is both on a roll and signed up."""
    indexes = [index for index in indexes if index]
    people = User.objects.filter(is_active=True).in_bulk(indexes, field_name="phone_index")
    rows = Resident.objects.verified().filter(user=None, phone_index__in=people).select_related("region")
    matched = []
    for resident in rows.select_for_update(of=("self",)) if people else []:
        user = people[resident.phone_index]
        if Resident.objects.current().filter(region=resident.region, user=user).exists():
            continue
        resident.user = user
        resident.save(update_fields=["user"])
        _give_roles(resident, by=by)
        matched.append(resident)
    return matched


def _give_roles(resident: Resident, *, by: User) -> None:
    if resident.user is None:
        return
    roles.assign(resident.user, role=Role.RESIDENT, region=resident.region, by=by)
    if resident.is_representative:
        roles.assign(resident.user, role=Role.REPRESENTATIVE, region=resident.region, by=by)


def _end_roles(resident: Resident, *which: str, by: User, reason: str) -> None:
    if resident.user is None:
        return
    held = RoleAssignment.objects.active().filter(user=resident.user, region=resident.region, role__in=which)
    for assignment in held:
        roles.end(assignment, by=by, reason=reason)
