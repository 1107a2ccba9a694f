"""积分账户: each is opened when the first points come."""

from __future__ import annotations

from communities.models import Region
from volunteers.models import Account, Partner, Volunteer

Kind = Account.Kind


def of_volunteer(volunteer: Volunteer) -> Account:
    """The volunteer's own account."""
    opened = {"kind": Kind.PERSON, "region": volunteer.region, "balance": 0, "sequence": 0}
    return Account.objects.get_or_create(volunteer=volunteer, defaults=opened)[0]


def of_partner(partner: Partner) -> Account:
    """The account that gathers the points redeemed with a partner."""
    return Account.objects.get_or_create(partner=partner, defaults={"kind": Kind.PARTNER, "region": partner.region})[0]


def pool_of(region: Region) -> Account:
    """The pool from which a region issues points."""
    return Account.objects.get_or_create(kind=Kind.POOL, region=region)[0]


def expiry_of(region: Region) -> Account:
    """Where the points of a region's people go when their last day is past."""
    return Account.objects.get_or_create(kind=Kind.EXPIRY, region=region)[0]


def sponsors_of(region: Region) -> Account:
    """The other side of what a region's pool was given."""
    return Account.objects.get_or_create(kind=Kind.SPONSOR, region=region)[0]
