"""兑换商户: who honours points."""

from __future__ import annotations

from django.db import transaction

from communities.grants import Role
from communities.models import User
from communities.models.record import record
from communities.phones import normalise
from communities.services import roles
from volunteers.models import Clerk, Partner

Status = Partner.Status


def enrol(partner: Partner, *, by: User) -> Partner:
    """Take on a partner that honours points."""
    partner.begin(by=by)
    return partner


def suspend(partner: Partner, *, reason: str, by: User) -> None:
    """Offer nothing of a partner for now, with a reason; vouchers in hand are still accepted."""
    partner.move(Status.SUSPENDED, by=by, reason=reason)


def resume(partner: Partner, *, by: User) -> None:
    """Offer what the partner has again."""
    partner.move(Status.ACTIVE, by=by)


@transaction.atomic
def add_clerk(partner: Partner, *, phone: str, name: str, by: User) -> Clerk:
    """Let the person with this phone accept vouchers; they sign in by phone code."""
    phone = normalise(phone)
    user = User.objects.by_phone(phone) or User.objects.create_user(name=name, phone=phone)
    clerk, is_new = Clerk.objects.get_or_create(partner=partner, user=user)
    if is_new:
        record(partner, region=partner.region, new="clerk added", by=by)
        roles.assign(user, role=Role.PARTNER, region=partner.region, by=by)
    return clerk


@transaction.atomic
def remove_clerk(clerk: Clerk, *, by: User) -> None:
    """Let somebody no longer accept vouchers; the role ends with the last partner there."""
    partner, user = clerk.partner, clerk.user
    clerk.delete()
    record(partner, region=partner.region, new="clerk removed", by=by)
    if not Clerk.objects.filter(user=user, partner__region=partner.region).exists():
        for assignment in user.role_assignments.active().filter(role=Role.PARTNER, region=partner.region):
            roles.end(assignment, by=by)
