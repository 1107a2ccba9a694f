"""票选: announced with its rule, opened with a frozen roll, closed, counted once and sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.models import Refused, User
from communities.models.record import record
from projects.models import Poll, PollOption, Project, Roadshow, RoadshowEntry
from projects.services import ballots, counting, papers, rolls

Status = Poll.Status


@transaction.atomic
def plan(roadshow: Roadshow, *, by: User, **rule: Any) -> Poll:
    """Write down a roadshow's vote and its rule; only staff see it yet."""
    poll = Poll(roadshow=roadshow, region=roadshow.region, **rule)
    poll.begin(by=by)
    return poll


@transaction.atomic
def edit(poll: Poll, *, by: User, **rule: Any) -> None:
    """Change the rule before it is announced."""
    poll.take()
    if poll.status != Status.DRAFT:
        raise Refused(_("The rule of a vote is fixed once it has been announced."), code="poll_rule_fixed")
    for name, value in rule.items():
        setattr(poll, name, value)
    poll.save(update_fields=rule.keys())


@transaction.atomic
def announce(poll: Poll, *, by: User, at: datetime | None = None) -> None:
    """Make the rule public; from now on it is fixed."""
    poll.take()
    if poll.roadshow.status not in {Roadshow.Status.ANNOUNCED, Roadshow.Status.HELD}:
        raise Refused(_("Please announce the roadshow first."), code="roadshow_not_announced")
    if poll.closes_at <= (at or now()):
        raise Refused(_("The closing time has already passed."), code="too_late")
    if poll.runoff_of is None and not poll.is_by_score and poll.max_choices > poll.roadshow.entries.count():
        raise Refused(_("Each person could choose more projects than are presented."), code="too_many_choices")
    if poll.has_experts and not poll.experts.exists():
        raise Refused(_("Please name the experts first, or give them no weight."), code="no_experts")
    rolls.check_seats(poll)
    poll.move(Status.ANNOUNCED, by=by)


def withdraw(poll: Poll, *, by: User, reason: str) -> None:
    """Take an announced rule back to be corrected, saying why."""
    poll.move(Status.DRAFT, by=by, reason=reason)


@transaction.atomic
def open_(poll: Poll, *, by: User, reason: str = "", at: datetime | None = None) -> None:
    """Begin the vote: the projects that stand and the voter roll are frozen; before the announced time only with a
    reason."""
    at = at or now()
    poll.take()
    if not poll.can_move(Status.OPEN):
        poll.move(Status.OPEN, by=by)
    if poll.closes_at <= at:
        raise Refused(_("The closing time has already passed."), code="too_late")
    if at < poll.opens_at and not reason.strip():
        raise Refused(_("The announced time has not come; please say why it opens now."), code="reason_needed")
    list_options(poll)
    with override(settings.LANGUAGE_CODE):
        size = rolls.freeze(poll, by=by)
    if not size:
        raise Refused(_("Nobody may vote: the voter roll would be empty."), code="empty_roll")
    fields = {"opened_at": at, "roll_size": size, "expert_roll": poll.roll.entitled().experts().count()}
    poll.move(Status.OPEN, by=by, reason=reason, **fields)


def standing(poll: Poll) -> list[RoadshowEntry]:
    """The presented projects that stand for the vote, in order; of a run-off the tied."""
    entries = poll.roadshow.entries.select_related("project").prefetch_related("project__lines")
    if poll.runoff_of:
        # By name alone: of a tie for a place that an objection freed, all were told before that they were not chosen.
        tied = counting.tied_in(poll.runoff_of)
        return [entry for entry in entries if entry.project_id in tied]
    return [entry for entry in entries if entry.project.status == Project.Status.IN_ROADSHOW]


def list_options(poll: Poll) -> None:
    """Freeze which projects stand for the vote, and what each asks of the call."""
    entries = standing(poll)
    if not entries or (len(entries) < poll.max_choices and not poll.is_by_score):
        raise Refused(_("Too few projects stand for the vote."), code="too_few_options")
    PollOption.objects.bulk_create(
        PollOption(poll=poll, project=e.project, order=e.order, cost=e.project.requested) for e in entries
    )


@transaction.atomic
def extend(poll: Poll, *, until: datetime, reason: str, by: User, at: datetime | None = None) -> None:
    """Keep an open poll open for longer, once, saying why; once its time is over people were turned away already."""
    poll.take()
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if poll.status == Status.OPEN and not poll.is_open(at):
        raise Refused(_("The announced time is over: the vote can only be closed now."), code="too_late")
    if poll.status != Status.OPEN or poll.extended_from or until <= poll.closes_at:
        raise Refused(_("An open poll may be extended once, to a later time."), code="poll_extended_once")
    poll.extended_from, poll.closes_at = poll.closes_at, until
    poll.save(update_fields=["extended_from", "closes_at"])
    record(poll, region=poll.region, old=Status.OPEN, new="extended", by=by, reason=reason)


@transaction.atomic
def close(poll: Poll, *, by: User, reason: str = "", at: datetime | None = None) -> None:
    """End the vote and seal it; before the announced time only with a reason.

    Without paper it is counted at once: below the quorum the poll fails, at a tie it stops, otherwise the best are
    shortlisted. Where paper ballots were handed out, they are counted in first.
    """
    at = at or now()
    poll.take()
    if poll.status != Status.OPEN:
        raise Refused(_("The poll is not open."), code="wrong_status")
    if at < poll.closes_at and not reason.strip():
        raise Refused(_("The announced time is not over; please say why it closes now."), code="reason_needed")
    ballots.seal(poll, by=by)
    if papers.handed_out(poll):
        poll.move(Status.COUNTING, by=by, reason=reason)
        return
    poll.move(Status.CLOSED, by=by, reason=reason, closed_at=at)
    counting.count(poll, by=by)


@transaction.atomic
def finish(poll: Poll, *, by: User, at: datetime | None = None) -> None:
    """The paper ballots are all counted in: put them with the others, count, and say what came out."""
    poll.take()
    if poll.status != Status.COUNTING:
        raise Refused(_("No paper ballots are being counted in."), code="not_counting")
    spoiled = papers.put_into_box(poll, by=by)
    poll.move(Status.CLOSED, by=by, closed_at=at or now(), spoiled=spoiled)
    counting.count(poll, by=by)


@transaction.atomic
def cancel(poll: Poll, *, by: User, reason: str) -> None:
    """Call a vote off before it is counted; ballots already cast are destroyed unread."""
    poll.take()
    if poll.status in {Status.OPEN, Status.COUNTING} and reason.strip():
        ballots.destroy(poll, by=by)
    poll.move(Status.CANCELLED, by=by, reason=reason)
