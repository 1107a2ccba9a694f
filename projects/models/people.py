"""Who is told of what happens to projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from communities.grants import Role
from communities.models import Region, RoleAssignment, User

if TYPE_CHECKING:
    from teams.models import Team


def staff_of(region: Region) -> QuerySet[User]:
    """The staff of this community."""
    held = RoleAssignment.objects.active().filter(role=Role.COMMUNITY_STAFF, region=region)
    return User.objects.filter(pk__in=held.values("user"), is_active=True)


def contacts_of(team: Team) -> QuerySet[User]:
    """The people who act for this team."""
    return User.objects.filter(pk__in=team.contacts.values("user"), is_active=True)
