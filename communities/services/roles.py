"""任职: roles are given and ended, never edited."""

from django.db import transaction
from django.utils.timezone import now

from communities.models import Region, RoleAssignment, User
from communities.models.record import record


@transaction.atomic
def assign(user: User, *, role: str, region: Region, by: User) -> RoleAssignment:
    """Give a person a role in a region; giving it again changes nothing."""
    assignment, is_new = RoleAssignment.objects.get_or_create(user=user, role=role, region=region, ended_at=None)
    if is_new:
        record(assignment, region=region, new="active", by=by)
        user.__dict__.pop("reach", None)
    return assignment


@transaction.atomic
def end(assignment: RoleAssignment, *, by: User, reason: str = "") -> None:
    """Take a role away again; what the person did in it stays on record."""
    if RoleAssignment.objects.active().filter(pk=assignment.pk).update(ended_at=now()):
        record(assignment, region=assignment.region, old="active", new="ended", by=by, reason=reason)
