"""分发评分表: which projects a round takes in, and who gets a sheet for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import User
from evaluations.models import (
    Assignment,
    AssignmentPlan,
    CommitteeMember,
    EvaluationRound,
    Rating,
    ScoreSheet,
)
from evaluations.services import interests
from projects.models import Project

Pairs = set[tuple[int, int]]


@transaction.atomic
def take_in(round_: EvaluationRound, *, by: User) -> int:
    """Take the running projects of the street's communities into a round; those that ended meanwhile drop out."""
    running = Project.objects.running().within(round_.region.code)
    for rating in round_.ratings.filter(status=Rating.Status.PENDING).exclude(project__in=running):
        rating.move(Rating.Status.LEFT_OUT, by=by, reason=_("The project no longer runs."))
    new = running.exclude(ratings__round=round_).order_by("pk")
    for project in new:
        Rating(round=round_, project=project, region=project.region).begin(by=by)
    return len(new)


def hand_out(round_: EvaluationRound, *, on: date) -> int:
    """Give every member a sheet for every project of the round, or by its plan; again gives nothing twice.

    Whoever is recused or belongs to the team gets none. A successor takes what was still open in the seat: what a
    predecessor handed in stays and counts.
    """
    ratings = list(round_.ratings.filter(status=Rating.Status.PENDING))
    members = list(round_.committee.members.serving(on=on)) if round_.committee else []
    seats = dict(CommitteeMember.objects.filter(committee=round_.committee_id).values_list("pk", "replaces_id"))
    out, planned = _given(round_) | _done_before(round_, seats), _planned(round_, seats)
    apart = interests.of(rating.project_id for rating in ratings)
    sheets = [
        ScoreSheet(region_id=rating.region_id, rating=rating, member=member, status=ScoreSheet.Status.DRAFT)
        for rating in ratings
        for member in members
        if (planned is None or (rating.pk, member.pk) in planned)
        and (rating.pk, member.pk) not in out
        and (member.user_id, rating.project_id) not in apart
    ]
    ScoreSheet.objects.bulk_create(sheets, batch_size=1000)
    return len(sheets)


def _given(round_: EvaluationRound) -> Pairs:
    return set(ScoreSheet.objects.filter(rating__round=round_).values_list("rating_id", "member_id"))


def _planned(round_: EvaluationRound, seats: Mapping[int, int | None]) -> Pairs | None:
    """(rating, member) by the round's plan, what was planned for somebody being their successors' too; None: all."""
    if not AssignmentPlan.objects.filter(round=round_).exists():
        return None
    pairs = set(Assignment.objects.filter(plan__round=round_).values_list("rating_id", "member_id"))
    by_member = defaultdict(set)
    for rating, member in pairs:
        by_member[member].add(rating)
    return pairs | {(rating, pk) for pk in seats for before in predecessors(pk, seats) for rating in by_member[before]}


def _done_before(round_: EvaluationRound, seats: Mapping[int, int | None]) -> Pairs:
    """(rating, member) of what somebody who sat in the member's seat before has handed in."""
    done = ScoreSheet.objects.filter(rating__round=round_, member__successors__isnull=False).submitted()
    by_member = defaultdict(set)
    for rating, member in done.values_list("rating_id", "member_id"):
        by_member[member].add(rating)
    return {(rating, pk) for pk in seats for before in predecessors(pk, seats) for rating in by_member[before]}


def predecessors(member: int, seats: Mapping[int, int | None]) -> Iterator[int]:
    """Who sat in this seat before, the latest first; `seats` says whom each member replaces."""
    before = seats.get(member)
    while before is not None:
        yield before
        before = seats.get(before)
