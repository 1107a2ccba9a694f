"""分配方案: drawn up, looked at, changed by hand; the sheets of the round are handed out by it."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from evaluations import assignment
from evaluations.models import Assignment, AssignmentPlan, CommitteeMember, EvaluationRound, Rating
from evaluations.models.schemes import Seat
from evaluations.services import handing_out, interests

Status = EvaluationRound.Status


@dataclass(frozen=True)
class Overview:
    """A plan to look at: each project's members, each member's load, and where the minimum is not met.

    Whoever has an interest by now stands there as `apart` and is not counted.
    """

    rows: list[tuple[Rating, list[Assignment]]]
    apart: set[int]
    loads: list[tuple[CommitteeMember, int]]
    short: list[tuple[Rating, str, int, int]]


@transaction.atomic
def draw_up(round_: EvaluationRound, *, by: User, seed: str = "", **minima: int) -> AssignmentPlan:
    """Draw up who scores what in a round, anew if there is a plan already; what was set by hand stays."""
    _take_draft(round_)
    if round_.committee is None:
        raise Refused(_("Choose a committee first."), code="incomplete")
    if not any(minima.values()):
        raise Refused(_("Say for at least one group how many of its members a project gets."), code="no_minimum")
    values = {**minima, "seed": seed.strip() or secrets.token_hex(8), "drawn_at": now()}
    plan, _made = AssignmentPlan.objects.update_or_create(round=round_, defaults=values)
    plan.pairs.filter(by_hand=False).delete()
    _fill(plan, on=localdate())
    _note(round_, by=by, reason=_("Who scores what is drawn up; seed %(seed)s.") % {"seed": plan.seed})
    return plan


@transaction.atomic
def assign(plan: AssignmentPlan, *, rating: Rating, member: CommitteeMember, by: User) -> Assignment:
    """Give a project to one more member by hand; in an open round they get the sheet at once."""
    if (member.user_id, rating.project_id) in interests.of([rating.project_id]):
        raise Refused(_("This member has an interest in this project."), code="recused")
    made: Assignment = plan.pairs.create(rating=rating, member=member, by_hand=True)
    said = {"project": rating.project, "member": member.user.shown_name}
    _note(plan.round, by=by, reason=_("%(project)s is given to %(member)s by hand.") % said)
    if plan.round.status == Status.OPEN:
        handing_out.hand_out(plan.round, on=localdate())
    return made


@transaction.atomic
def unassign(plan: AssignmentPlan, *, rating: Rating, member: CommitteeMember, by: User) -> None:
    """Take a project from a member by hand, before the round opens."""
    _take_draft(plan.round)
    if not plan.pairs.filter(rating=rating, member=member).delete()[0]:
        raise Refused(_("This member does not have this project."), code="not_assigned")
    said = {"project": rating.project, "member": member.user.shown_name}
    _note(plan.round, by=by, reason=_("%(project)s is taken from %(member)s by hand.") % said)


@transaction.atomic
def drop(plan: AssignmentPlan, *, by: User) -> None:
    """Give up a plan: every member scores every project again."""
    round_ = plan.round
    _take_draft(round_)
    plan.delete()
    _note(round_, by=by, reason=_("Every member scores every project."))


@transaction.atomic
def bring_up_to_date(round_: EvaluationRound, *, on: date) -> None:
    """Before the sheets are handed out: who left or has an interest goes, what came in since is given to the rest."""
    plan = AssignmentPlan.objects.filter(round=round_).first()
    if plan is None:
        return
    serving = CommitteeMember.objects.filter(committee=round_.committee_id).serving(on=on)
    plan.pairs.exclude(member__in=serving).delete()
    plan.pairs.exclude(rating__in=round_.ratings.filter(status=Rating.Status.PENDING)).delete()
    _fill(plan, on=on)


def of(round_: EvaluationRound) -> AssignmentPlan | None:
    """The plan of a round, if it has one."""
    return AssignmentPlan.objects.filter(round=round_).select_related("round").first()


def overview(plan: AssignmentPlan) -> Overview:
    """Who scores what, as it stands now."""
    pairs = list(plan.pairs.select_related("member__user", "rating__project").order_by("member__group", "member_id"))
    known = {rating.pk: rating for rating in _ratings(plan).select_related("project")}
    members = {member.pk: member for member in _members(plan, on=localdate()).select_related("user")}
    members |= {pair.member_id: pair.member for pair in pairs}
    kept_apart = interests.of(rating.project_id for rating in known.values())
    apart = {pair.pk for pair in pairs if (pair.member.user_id, pair.rating.project_id) in kept_apart}
    count = {(pair.rating_id, pair.member_id) for pair in pairs if pair.pk not in apart}
    groups = {pk: member.group for pk, member in members.items()}
    theirs = defaultdict(list)
    for pair in pairs:
        theirs[pair.rating_id].append(pair)
    return Overview(
        rows=[(rating, theirs[pk]) for pk, rating in known.items()],
        apart=apart,
        loads=[(members[pk], number) for pk, number in assignment.loads(count, members).items()],
        short=[
            (known[each.project], str(Seat(each.group).label), each.have, each.wanted)
            for each in assignment.short_of(count, known, groups, plan.minima)
        ],
    )


def _fill(plan: AssignmentPlan, *, on: date) -> None:
    """Draw up what the plan lacks, around what stands in it; whoever has an interest by now gives the project up."""
    projects = dict(_ratings(plan).values_list("pk", "project_id"))
    users = dict(_members(plan, on=on).values_list("pk", "user_id"))
    known = interests.of(projects.values())
    apart = {(r, m) for r, project in projects.items() for m, user in users.items() if (user, project) in known}
    stand = set(plan.pairs.values_list("rating_id", "member_id"))
    groups = dict(_members(plan, on=on).values_list("pk", "group"))
    drawn = assignment.draw_up(projects, groups, minima=plan.minima, seed=plan.seed, interests=apart, kept=stand)
    for rating, member in (stand & apart) - drawn.pairs:
        plan.pairs.filter(rating=rating, member=member).delete()
    rows = [Assignment(plan=plan, rating_id=r, member_id=m) for r, m in sorted(drawn.pairs - stand)]
    Assignment.objects.bulk_create(rows, batch_size=1000)


def _ratings(plan: AssignmentPlan) -> Any:
    return plan.round.ratings.exclude(status=Rating.Status.LEFT_OUT).order_by("pk")


def _members(plan: AssignmentPlan, *, on: date) -> Any:
    return CommitteeMember.objects.filter(committee=plan.round.committee_id).serving(on=on)


def _take_draft(round_: EvaluationRound) -> None:
    round_.status = EvaluationRound.objects.select_for_update().values_list("status", flat=True).get(pk=round_.pk)
    if round_.status != Status.DRAFT:
        raise Refused(_("Once the round is open, its plan is only added to."), code="plan_is_fixed")


def _note(round_: EvaluationRound, *, by: User, reason: str) -> None:
    record(round_, region=round_.region, old=round_.status, new=round_.status, by=by, reason=reason)
