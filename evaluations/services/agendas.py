"""议题: presented, voted on by name, confirmed or not."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from evaluations.models import AgendaItem, GradeVote, MeetingSeat, Rating
from evaluations.models.agendas import NO_QUORUM, NOT_BEING_VOTED, NOT_PRESENT, RECUSED_VOTER
from evaluations.services import interests, seats

Status = AgendaItem.Status
Choice = GradeVote.Choice


@transaction.atomic
def present(item: AgendaItem, *, by: User, at: datetime | None = None) -> None:
    """The team presents, or the street reports on a project."""
    _check_under_way(item)
    item.move(Status.PRESENTING, by=by, presented_at=at or now())


@transaction.atomic
def open_vote(item: AgendaItem, *, by: User, at: datetime | None = None) -> None:
    """Put a grade to the vote, as it is computed at this moment; only with the quorum there."""
    _check_under_way(item)
    rating: Rating = Rating.objects.select_for_update(of=("self",)).get(pk=item.rating_id)
    if rating.status != Rating.Status.PROVISIONAL or not rating.grade:
        raise Refused(_("This project has no provisional grade to vote on."), code="no_grade")
    if not seats.is_quorate(item.meeting):
        raise Refused(NO_QUORUM, code="no_quorum")
    item.move(
        Status.VOTING,
        by=by,
        total=rating.shown_total,
        grade=rating.grade,
        input_hash=rating.input_hash,
        voting_at=at or now(),
    )


@transaction.atomic
def vote(item: AgendaItem, *, choice: str, by: User, at: datetime | None = None) -> GradeVote:
    """A member votes on the grade of a project; the same vote again changes nothing."""
    seat = seats.seat_of(item.meeting, by)
    if seat is None:
        raise Refused(_("Only members of the committee vote."), code="no_seat")
    return enter_vote(item, seat=seat, choice=choice, by=by, at=at)


@transaction.atomic
def enter_vote(item: AgendaItem, *, seat: MeetingSeat, choice: str, by: User, at: datetime | None = None) -> GradeVote:
    """Write a member's vote down: their own tap, or what the street notes of a member without a phone."""
    given: GradeVote | None = item.votes.filter(seat=seat).first()
    if given:
        if given.choice != choice:
            raise Refused(_("The vote is already given; it is not changed."), code="voted")
        return given
    item.refresh_from_db(fields=["status"])
    seat.refresh_from_db()
    if not item.is_voting:
        raise Refused(NOT_BEING_VOTED, code="vote_not_open")
    if not seat.is_present:
        raise Refused(NOT_PRESENT, code="voter_not_present")
    if (seat.member.user_id, item.rating.project_id) in interests.of([item.rating.project_id]):
        raise Refused(RECUSED_VOTER, code="voter_recused")
    made = GradeVote(item=item, seat=seat, choice=choice, at=at or now(), by=by)
    made.save(force_insert=True)
    return made


@transaction.atomic
def decide(item: AgendaItem, *, by: User, at: datetime | None = None) -> None:
    """End the vote and count it: the grade is confirmed when as many agreed as the meeting needs."""
    item.take()
    counts = Counter(item.votes.counted().values_list("choice", flat=True))
    confirmed = counts[Choice.FOR] >= (item.meeting.majority_needed or 0)
    figures = {"for": counts[Choice.FOR], "against": counts[Choice.AGAINST], "abstain": counts[Choice.ABSTAIN]}
    item.move(
        Status.CONFIRMED if confirmed else Status.REJECTED,
        by=by,
        reason=_("For %(for)s, against %(against)s, abstentions %(abstain)s; needed %(needed)s.")
        % {**figures, "needed": item.meeting.majority_needed},
        votes_for=counts[Choice.FOR],
        votes_against=counts[Choice.AGAINST],
        abstentions=counts[Choice.ABSTAIN],
        decided_at=at or now(),
    )


@transaction.atomic
def again(item: AgendaItem, *, by: User) -> AgendaItem:
    """Put a project on the agenda once more: it was not confirmed, or its grade has changed since."""
    _check_under_way(item)
    item.take()
    if not item.is_decided:
        raise Refused(_("This project is still to be decided."), code="wrong_status")
    new = AgendaItem(region=item.region, meeting=item.meeting, rating=item.rating, order=item.meeting.items.count() + 1)
    new.begin(by=by)
    return new


def _check_under_way(item: AgendaItem) -> None:
    if not item.meeting.is_under_way:
        raise Refused(_("This meeting is not under way."), code="wrong_status")
