"""任职: roles are given and ended, never edited."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.grants import ASSIGNABLE
from communities.models import Refused, Region, RoleAssignment, User
from communities.models.record import record

from .audit import Kind, write


@transaction.atomic
def assign(user: User, *, role: str, region: Region, by: User) -> RoleAssignment:
    """Give a person a role in a region; giving it again changes nothing."""
    assignment, is_new = RoleAssignment.objects.get_or_create(user=user, role=role, region=region, ended_at=None)
    if is_new:
        record(assignment, region=region, new="active", by=by)
        user.__dict__.pop("reach", None)
        write(Kind.ROLE_GIVEN, by=by, subject=user, role=role, region=region.code)
    return assignment


@transaction.atomic
def end(assignment: RoleAssignment, *, by: User, reason: str = "") -> None:
    """Take a role away again; what the person did in it stays on record."""
    if RoleAssignment.objects.active().filter(pk=assignment.pk).update(ended_at=now()):
        record(assignment, region=assignment.region, old="active", new="ended", by=by, reason=reason)
        where: dict[str, Any] = {"role": assignment.role, "region": assignment.region.code}
        write(Kind.ROLE_ENDED, by=by, subject=assignment.user, reason=reason, **where)


def may_give(by: User, *, role: str, region: Region) -> bool:
    """Whether one of this person's own roles lets them give this role in this region."""
    return any(role in ASSIGNABLE.get(own, ()) and region.code.startswith(code) for own, code in by.reach)


def give(user: User, *, role: str, region: Region, by: User) -> RoleAssignment:
    """Give a role as a person in charge: only within one's own reach, and only roles one may give."""
    if not may_give(by, role=role, region=region):
        raise Refused(_("You may not give this role there."), code="not_allowed")
    return assign(user, role=role, region=region, by=by)


def take(assignment: RoleAssignment, *, by: User, reason: str) -> None:
    """End a role as a person in charge, with a reason; only a role that one may give."""
    if not may_give(by, role=assignment.role, region=assignment.region):
        raise Refused(_("You may not end this role."), code="not_allowed")
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    end(assignment, by=by, reason=reason)


def refuse_above(user: User, *, by: User) -> None:
    """Nobody acts on the account of somebody whose roles they could not have given."""
    running = user.role_assignments.active().select_related("region")
    if not all(may_give(by, role=held.role, region=held.region) for held in running):
        raise Refused(_("This person also holds roles that are not yours to give."), code="not_allowed")
