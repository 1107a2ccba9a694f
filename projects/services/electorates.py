"""选民组成: before the vote opens, staff name substitutes and experts and upload a list of who votes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Refused, Resident, User
from projects.models import Expert, ListedVoter, Poll, Substitution

CHANGEABLE = frozenset({Poll.Status.DRAFT, Poll.Status.ANNOUNCED})


@transaction.atomic
def substitute(poll: Poll, *, absent: Resident, substitute: Resident, reason: str, by: User) -> Substitution:
    """Let a resident vote in the place of a representative who cannot come, saying why."""
    _check_changeable(poll)
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if poll.electorate != Poll.Electorate.REPRESENTATIVES:
        raise Refused(_("Only representatives have substitutes."), code="no_representatives")
    here = Resident.objects.filter(region=poll.region).verified()
    if not here.filter(pk=absent.pk, is_representative=True).exists():
        raise Refused(_("Who is replaced must be a representative of this community."), code="not_a_representative")
    if not here.filter(pk=substitute.pk, is_representative=False).exists():
        raise Refused(_("A substitute is a verified resident who has no seat of their own."), code="not_a_substitute")
    return Substitution.objects.create(poll=poll, absent=absent, substitute=substitute, reason=reason.strip())


@transaction.atomic
def end_substitution(substitution: Substitution, *, by: User) -> None:
    """Who could not come can, after all."""
    _check_changeable(substitution.poll)
    substitution.delete()


@transaction.atomic
def set_list(poll: Poll, *, residents: Iterable[Resident], by: User) -> int:
    """Replace the list of who votes; returns how many stand on it."""
    _check_changeable(poll)
    poll.listed.all().delete()
    people = {resident.pk for resident in residents if resident.region_id == poll.region_id}
    return len(ListedVoter.objects.bulk_create(ListedVoter(poll=poll, resident_id=pk) for pk in sorted(people)))


@transaction.atomic
def name_expert(poll: Poll, *, user: User, by: User, **fields: Any) -> Expert:
    """Give somebody with an account a vote in the experts' voice."""
    _check_changeable(poll)
    if not poll.has_experts:
        raise Refused(_("By this poll's rule experts have no vote."), code="no_experts")
    return Expert.objects.create(poll=poll, user=user, **fields)


@transaction.atomic
def remove_expert(expert: Expert, *, by: User) -> None:
    """Take somebody out of the experts again."""
    _check_changeable(expert.poll)
    expert.delete()


def _check_changeable(poll: Poll) -> None:
    """Take the poll's row and see that it has not opened."""
    status = Poll.objects.select_for_update().values_list("status", flat=True).get(pk=poll.pk)
    if status not in CHANGEABLE:
        raise Refused(_("Who votes is fixed when the poll opens."), code="electorate_frozen")
