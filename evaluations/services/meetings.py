"""项目效应评定会: planned, opened with its members, closed; what it did not confirm is not announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from evaluations.models import (
    AgendaItem,
    EvaluationMeeting,
    EvaluationRound,
    GradeVote,
    MeetingSeat,
    Rating,
    Share,
)
from evaluations.wording import together

Status = EvaluationMeeting.Status


@transaction.atomic
def plan(round_: EvaluationRound, *, starts_at: datetime, place: str, by: User, **rules: Any) -> EvaluationMeeting:
    """Call a meeting on the grades of a round: its committee is invited, what is not confirmed yet is on the agenda."""
    if round_.status not in {EvaluationRound.Status.OPEN, EvaluationRound.Status.CLOSED}:
        raise Refused(_("A meeting is called for a round that is open or closed for marks."), code="wrong_status")
    meeting = EvaluationMeeting(region=round_.region, round=round_, starts_at=starts_at, place=place, **rules)
    meeting.full_clean(exclude=["status"])
    meeting.begin(by=by)
    _invite(meeting)
    ahead = AgendaItem.objects.ahead().filter(rating__round=round_).values("rating")
    _put_on(meeting, unconfirmed(round_).exclude(pk__in=ahead), by=by)
    return meeting


@transaction.atomic
def edit(meeting: EvaluationMeeting, *, by: User, **fields: Any) -> None:
    """Change place, time and rules before it opens; the remarks for the minutes as long as it is not called off."""
    meeting.take()
    late = set(fields) - ({"remarks"} if meeting.status in {Status.UNDER_WAY, Status.CLOSED} else set())
    if late and meeting.status != Status.PLANNED:
        raise Refused(_("The rules of a meeting are not changed once it has opened."), code="meeting_is_fixed")
    for name, value in fields.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=fields.keys())


@transaction.atomic
def arrange(meeting: EvaluationMeeting, *, order: Sequence[Rating], by: User) -> None:
    """Set the order of the agenda; what is not named comes after, as it was. A project not on it yet is added."""
    meeting.take()
    _check_ahead(meeting)
    there = set(meeting.items.ahead().values_list("rating_id", flat=True))
    _put_on(meeting, [rating for rating in order if rating.pk not in there], by=by)
    places = {rating.pk: place for place, rating in enumerate(order, start=1)}
    for item in meeting.items.ahead():
        item.order = places.get(item.rating_id, len(places) + item.order)
        item.save(update_fields=["order"])


@transaction.atomic
def open_(meeting: EvaluationMeeting, *, by: User, at: datetime | None = None) -> None:
    """Begin: who sits in it is fixed now, and with that how many must be present and how many must agree."""
    if meeting.round.status != EvaluationRound.Status.CLOSED:
        raise Refused(_("The round must be closed for marks before its grades are confirmed."), code="round_not_closed")
    meeting.take()
    if meeting.status == Status.PLANNED:
        _invite(meeting)
    members = meeting.seats.count()
    if not members:
        raise Refused(_("The committee has no members."), code="no_members")
    meeting.move(
        Status.UNDER_WAY,
        by=by,
        members=members,
        quorum_needed=Share(meeting.quorum).of(members),
        majority_needed=Share(meeting.majority).of(members),
        opened_at=at or now(),
    )


@transaction.atomic
def close(meeting: EvaluationMeeting, *, by: User, at: datetime | None = None) -> None:
    """End a meeting; what it did not come to is free for another one."""
    meeting.take()
    if meeting.items.filter(status=AgendaItem.Status.VOTING).exists():
        raise Refused(_("A vote is still open; decide it first."), code="vote_is_open")
    _postpone(meeting, by=by)
    meeting.move(Status.CLOSED, by=by, closed_at=at or now())


@transaction.atomic
def cancel(meeting: EvaluationMeeting, *, by: User, reason: str) -> None:
    """Call a meeting off; what it has decided so far stands."""
    meeting.take()
    if meeting.items.filter(status=AgendaItem.Status.VOTING).exists():
        raise Refused(_("A vote is still open; decide it first."), code="vote_is_open")
    _postpone(meeting, by=by)
    meeting.move(Status.CANCELLED, by=by, reason=reason)


def unconfirmed(round_: EvaluationRound) -> Any:
    """The projects in play whose grade, as it is now, no meeting has confirmed.

    A grade that was computed anew after the vote is another one, and what was decided last counts; nor does a majority
    stand that has lost the votes of members who were recused since.
    """
    last = AgendaItem.objects.last_decided().filter(rating__round=round_)
    confirmed = last.confirmed().filter(input_hash=F("rating__input_hash"))
    agreed = GradeVote.objects.counted().filter(item__in=confirmed, choice=GradeVote.Choice.FOR)
    count = Counter(agreed.values_list("item_id", flat=True))
    needed = confirmed.values_list("pk", "rating_id", "meeting__majority_needed")
    standing = [rating for item, rating, least in needed if count[item] >= least]
    return round_.ratings.in_play().exclude(pk__in=standing).select_related("project").order_by("pk")


def check_confirmed(round_: EvaluationRound) -> None:
    """Refuse to announce what no meeting has confirmed, where the round wants that."""
    if not round_.confirmed_by_meeting:
        return
    left = [str(rating.project) for rating in unconfirmed(round_)]
    if left:
        raise Refused(
            _("No evaluation meeting has confirmed the grade of: %(projects)s.") % {"projects": together(left)},
            code="unconfirmed",
        )


def _invite(meeting: EvaluationMeeting) -> None:
    """Everybody who serves on the committee sits in the meeting, nobody else does."""
    committee = meeting.round.committee
    members = list(committee.members.serving(on=localdate())) if committee else []
    meeting.seats.exclude(member__in=members).delete()
    known = set(meeting.seats.values_list("member_id", flat=True))
    MeetingSeat.objects.bulk_create(MeetingSeat(meeting=meeting, member=m) for m in members if m.pk not in known)


def _put_on(meeting: EvaluationMeeting, ratings: Iterable[Rating], *, by: User) -> None:
    place = meeting.items.count()
    for number, rating in enumerate(ratings, start=place + 1):
        AgendaItem(region=rating.region, meeting=meeting, rating=rating, order=number).begin(by=by)


def _postpone(meeting: EvaluationMeeting, *, by: User) -> None:
    for item in meeting.items.ahead():
        item.move(AgendaItem.Status.POSTPONED, by=by)


def _check_ahead(meeting: EvaluationMeeting) -> None:
    if meeting.status not in {Status.PLANNED, Status.UNDER_WAY}:
        raise Refused(_("This meeting is over."), code="wrong_status")
