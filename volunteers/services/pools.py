"""积分池: what a street or sponsor gave, what was issued of it, and how far the one covers the other."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from volunteers.models import Account, Funding, Journal

from . import accounts, journals

GIVEN = Q(journal__kind=Journal.Kind.FUND) | Q(journal__reverses__kind=Journal.Kind.FUND)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Points given to a pool and points issued from it, each less what was taken back."""

    given: int
    issued: int

    @property
    def left(self) -> int:
        """What may still be issued; below zero, what was issued without cover."""
        return self.given - self.issued

    @property
    def percent(self) -> int | None:
        """How much of what was issued is covered, 100 at most, rounded down; None where nothing was issued."""
        return min(100, self.given * 100 // self.issued) if self.issued > 0 else None


def coverage(pool: Account) -> Coverage:
    """How a pool stands now, summed from its entries."""
    sums = pool.entries.aggregate(given=Sum("amount", filter=GIVEN), rest=Sum("amount", filter=~GIVEN))
    return Coverage(given=sums["given"] or 0, issued=-(sums["rest"] or 0))


def issuing_for(region: Region) -> Account:
    """The pool that issues points in a region: the nearest at or above it that was given any, else its own."""
    nearest = Funding.objects.standing().around(region).select_related("region").first()
    return accounts.pool_of(nearest.region if nearest else region)


@transaction.atomic
def fund(region: Region, *, sponsor: str, points: int, basis: str, key: str, by: User) -> Funding:
    """Give points to a region's pool, with the decision or agreement by which; the same key gives once."""
    if not (sponsor.strip() and basis.strip()):
        raise Refused(_("Say who gives the points and by which decision or agreement."), code="reason_needed")
    if points < 1:
        raise Refused(_("Give at least one point."), code="funding_gives_points")
    at = now()
    journal = journals.post(
        {accounts.pool_of(region): points, accounts.sponsors_of(region): -points},
        kind=Journal.Kind.FUND,
        region=region,
        reason=f"{sponsor.strip()} · {basis.strip()}",
        source=f"region {region.code}",
        key=f"fund:{by.pk}:{key}",
        by=by,
        at=at,
    )
    given = {"region": region, "sponsor": sponsor.strip(), "points": points, "basis": basis.strip(), "at": at}
    made = Funding.objects.get_or_create(journal=journal, defaults=given)[0]
    if (made.sponsor, made.basis) != (given["sponsor"], given["basis"]):
        raise Refused(_("This key was already used for another request."), code="key_reused")
    return made


def take_back(funding: Funding, *, reason: str, by: User) -> None:
    """Take points given to a pool back by a reversing journal, with the reason."""
    journals.reverse(funding.journal, reason=reason, by=by)
