"""Where: the tree of regions, and querysets that keep what a person may reach in it."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.grants import ANYONE, OWNER, roles_granting

if TYPE_CHECKING:
    from .users import User

NOTHING = Q(pk__in=())
# Not `Q()`: that joined to another by “or” is the other alone.
EVERYTHING = ~NOTHING


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows of which each person reaches only those that a role, ownership or publicity opens to them.

    `region_lookup` leads to the row's region, `owner_lookups` to the people it concerns; `public` keeps what
    everybody may read. Subclasses set what applies.
    """

    region_lookup = "region"
    owner_lookups: ClassVar[tuple[str, ...]] = ()

    def within(self, *codes: str) -> Self:
        """Keep the rows at or below any of these division codes."""
        return self.filter(self._below(codes))

    def public(self) -> Self:
        """Keep what everybody may read: nothing, unless a noun says otherwise."""
        return self.none()

    def owned_by(self, user: User) -> Self:
        """Keep what concerns this person."""
        owned = (Q((lookup, user)) for lookup in self.owner_lookups)
        return self.filter(pk__in=self.model._default_manager.filter(reduce(or_, owned, NOTHING)).values("pk"))

    def for_user(self, user: User | AnonymousUser, perm: str) -> Self:
        """Keep the rows on which this person holds this permission."""
        return self.filter(self._reach(user, perm))

    def _reach(self, user: User | AnonymousUser, perm: str) -> Q:
        roles, reach = roles_granting(perm), NOTHING
        everything = self.model._default_manager.all()
        if ANYONE in roles:
            reach |= Q(pk__in=everything.public().values("pk"))
        if user.is_authenticated and user.is_active:
            reach |= self._below(user.codes_granting(perm))
            if OWNER in roles and self.owner_lookups:
                reach |= Q(pk__in=everything.owned_by(user).values("pk"))
        return reach

    def _below(self, codes: tuple[str, ...] | list[str]) -> Q:
        key = f"{self.region_lookup}__code__startswith" if self.region_lookup else "code__startswith"
        return reduce(or_, (Q((key, code)) for code in codes), NOTHING)


class SharedQuerySet(ScopedQuerySet):
    """Rows that belong to no region: everybody reads them, and who holds a permission anywhere reaches them all."""

    def public(self) -> Self:
        return self.all()

    def _below(self, codes: tuple[str, ...] | list[str]) -> Q:
        return EVERYTHING if codes else NOTHING


class RegionQuerySet(ScopedQuerySet):
    region_lookup = ""

    def public(self) -> Self:
        return self.all()

    def communities(self) -> Self:
        return self.filter(level=Region.Level.COMMUNITY)


class Region(models.Model):
    """区划: a city, district, street or community of the official tree.

    The division code of a region begins with its parent's (4 digits a city, 6 a district, 9 a street, 12 a
    community: 统计用区划代码), so a subtree is one indexed prefix.
    """

    class Level(models.TextChoices):
        CITY = "city", _("city")
        DISTRICT = "district", _("district")
        STREET = "street", _("street")
        COMMUNITY = "community", _("community")

    code = models.CharField(_("division code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=64)
    level = models.CharField(_("level"), max_length=16, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def ancestors(self) -> RegionQuerySet:
        """The regions above this one, the city first."""
        codes = [self.code[:length] for length in (4, 6, 9) if length < len(self.code)]
        return Region.objects.filter(code__in=codes).order_by("code")

    def contains(self, other: Region) -> bool:
        """Whether the other region is this one or lies below it."""
        return other.code.startswith(self.code)
