"""考评管理委员会: founded by the street, its members appointed for a term."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities.grants import Role
from communities.models import Refused, Region, RoleAssignment, User
from communities.models.record import record
from communities.services import roles, sweeps
from evaluations.models import Committee, CommitteeMember, EvaluationRound
from evaluations.services import handing_out

Status = Committee.Status


@transaction.atomic
def found(region: Region, *, name: str, by: User) -> Committee:
    """Begin the committee of a street, which has one at a time."""
    committee = Committee(region=region, name=name)
    committee.begin(by=by)
    return committee


@transaction.atomic
def appoint(
    committee: Committee,
    *,
    user: User,
    group: str,
    by: User,
    since: date | None = None,
    until: date | None = None,
    replaces: CommitteeMember | None = None,
) -> CommitteeMember:
    """Give somebody a seat; in rounds that are open they get their sheets at once."""
    if committee.status != Status.ACTIVE:
        raise Refused(_("This committee is dissolved."), code="wrong_status")
    member = CommitteeMember(committee=committee, user=user, group=group, since=since or localdate(), until=until)
    member.replaces = replaces
    member.full_clean()
    member.save()
    said = _("In the place of %(member)s.") % {"member": replaces.user.shown_name} if replaces else ""
    record(member, region=committee.region, new="appointed", by=by, reason=said)
    roles.assign(user, role=Role.COMMITTEE_MEMBER, region=committee.region, by=by)
    for round_ in committee.rounds.open():
        handing_out.hand_out(round_, on=localdate())
    return member


@transaction.atomic
def dismiss(member: CommitteeMember, *, by: User, reason: str, until: date | None = None) -> None:
    """End a member's term; what they handed in stays and counts."""
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    day = until or localdate()
    still = CommitteeMember.objects.select_for_update().filter(pk=member.pk)
    if not still.serving(on=day).exists():
        raise Refused(_("This term has already ended."), code="wrong_status")
    member.until = max(day, member.since)
    member.save(update_fields=["until"])
    record(member, region=member.committee.region, old="appointed", new="dismissed", by=by, reason=reason)
    for assignment in _held_beyond_term(on=localdate()).filter(user=member.user):
        roles.end(assignment, by=by)


@transaction.atomic
def replace(member: CommitteeMember, *, user: User, reason: str, by: User) -> CommitteeMember:
    """Give a member's seat to a successor from today, for the rest of the term, with the sheets not yet handed in."""
    list(member.sheets.select_for_update().values_list("pk"))  # one that is being submitted is finished first
    until = member.until
    dismiss(member, by=by, reason=reason)
    return appoint(
        member.committee, user=user, group=member.group, until=until, since=localdate(), replaces=member, by=by
    )


@transaction.atomic
def dissolve(committee: Committee, *, by: User, reason: str) -> None:
    """End a committee; not while it holds a round."""
    if committee.rounds.filter(status__in=EvaluationRound.UNDER_WAY).exists():
        raise Refused(_("This committee still holds a round."), code="round_under_way")
    for member in committee.members.serving(on=localdate()):
        dismiss(member, by=by, reason=reason)
    committee.move(Status.DISSOLVED, by=by, reason=reason)


def end_roles(*, on: date, by: User) -> int:
    """Take the role from those whose last term in a street has ended."""
    return len(sweeps.each(_held_beyond_term(on=on), lambda assignment: roles.end(assignment, by=by)))


def _held_beyond_term(*, on: date) -> QuerySet[RoleAssignment]:
    """The roles of those who had a term, and have none in that street any more."""
    serving = CommitteeMember.objects.serving(on=on).filter(user=OuterRef("user"), committee__region=OuterRef("region"))
    held = RoleAssignment.objects.active().filter(role=Role.COMMITTEE_MEMBER, user__memberships__until__lte=on)
    return held.exclude(Exists(serving)).distinct()
