"""兑换商户: who honours points."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from communities.grants import Role
from communities.models import Refused, User
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
def remove_clerk(partner: Partner, *, user: User, by: User, reason: str) -> None:
    """Let somebody no longer accept vouchers, at once; the role ends with the last partner there."""
    if not Clerk.objects.filter(partner=partner, user=user).delete()[0]:
        raise Refused(_("This person is not a clerk of this partner."), code="no_clerk")
    record(partner, region=partner.region, old="clerk added", new="clerk removed", by=by, reason=reason)
    if not Clerk.objects.filter(user=user, partner__region=partner.region).exists():
        for assignment in user.role_assignments.active().filter(role=Role.PARTNER, region=partner.region):
            roles.end(assignment, by=by, reason=reason)


def remove_clerk_with_phone(partner: Partner, *, phone: str, by: User, reason: str) -> None:
    """The same for whoever has this phone number."""
    user = User.objects.by_phone(normalise(phone))
    if user is None:
        raise Refused(_("This person is not a clerk of this partner."), code="no_clerk")
    remove_clerk(partner, user=user, by=by, reason=reason)
