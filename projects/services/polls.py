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
from projects import tally
from projects.models import Poll, PollOption, PollResult, Project, Roadshow
from projects.services import ballots, projects, rolls

Status = Poll.Status
Outcome = PollResult.Outcome


@transaction.atomic
def plan(roadshow: Roadshow, *, by: User, **rule: Any) -> Poll:
    """Write down a roadshow's vote and its rule; only staff see it yet."""
    poll = Poll(roadshow=roadshow, region=roadshow.region, **rule)
    poll.begin(by=by)
    return poll


@transaction.atomic
def edit(poll: Poll, *, by: User, **rule: Any) -> None:
    """Change the rule before it is announced."""
    _lock(poll)
    if poll.status != Status.DRAFT:
        raise Refused(_("The rule of a vote is fixed once it has been announced."), code="poll_rule_fixed")
    for name, value in rule.items():
        setattr(poll, name, value)
    poll.save(update_fields=rule.keys())


@transaction.atomic
def announce(poll: Poll, *, by: User, at: datetime | None = None) -> None:
    """Make the rule public; from now on it is fixed."""
    _lock(poll)
    if poll.roadshow.status not in {Roadshow.Status.ANNOUNCED, Roadshow.Status.HELD}:
        raise Refused(_("Please announce the roadshow first."), code="roadshow_not_announced")
    if poll.closes_at <= (at or now()):
        raise Refused(_("The closing time has already passed."), code="too_late")
    if poll.max_choices > poll.roadshow.entries.count():
        raise Refused(_("Each person could choose more projects than are presented."), code="too_many_choices")
    poll.move(Status.ANNOUNCED, by=by)


def withdraw(poll: Poll, *, by: User, reason: str) -> None:
    """Take an announced rule back to be corrected, saying why."""
    poll.move(Status.DRAFT, by=by, reason=reason)


@transaction.atomic
def open_(poll: Poll, *, by: User, at: datetime | None = None) -> None:
    """Begin the vote: the projects that stand and the voter roll are frozen."""
    at = at or now()
    _lock(poll)
    if not poll.can_move(Status.OPEN):
        poll.move(Status.OPEN, by=by)
    if poll.closes_at <= at:
        raise Refused(_("The closing time has already passed."), code="too_late")
    _list_options(poll)
    with override(settings.LANGUAGE_CODE):
        size = rolls.freeze(poll, by=by)
    if not size:
        raise Refused(_("Nobody may vote: the voter roll would be empty."), code="empty_roll")
    poll.move(Status.OPEN, by=by, opened_at=at, roll_size=size)


def _list_options(poll: Poll) -> None:
    entries = poll.roadshow.entries.select_related("project")
    standing = [entry for entry in entries if entry.project.status == Project.Status.IN_ROADSHOW]
    if len(standing) < poll.max_choices:
        raise Refused(_("Too few projects stand for the vote."), code="too_few_options")
    PollOption.objects.bulk_create(PollOption(poll=poll, project=e.project, order=e.order) for e in standing)


@transaction.atomic
def extend(poll: Poll, *, until: datetime, reason: str, by: User) -> None:
    """Keep an open poll open for longer, once, saying why."""
    _lock(poll)
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if poll.status != Status.OPEN or poll.extended_from or until <= poll.closes_at:
        raise Refused(_("An open poll may be extended once, to a later time."), code="poll_extended_once")
    poll.extended_from, poll.closes_at = poll.closes_at, until
    poll.save(update_fields=["extended_from", "closes_at"])
    record(poll, region=poll.region, old=Status.OPEN, new="extended", by=by, reason=reason)


@transaction.atomic
def close(poll: Poll, *, by: User, reason: str = "", at: datetime | None = None) -> None:
    """End the vote, seal the ballots and count them once; before the announced time only with a reason.

    Below the quorum the poll fails, at a tie it stops; otherwise the best are shortlisted at once.
    """
    at = at or now()
    _lock(poll)
    if at < poll.closes_at and not reason.strip():
        raise Refused(_("The announced time is not over; please say why it closes now."), code="reason_needed")
    if poll.can_move(Status.CLOSED):
        ballots.seal(poll, by=by)
    poll.move(Status.CLOSED, by=by, reason=reason, closed_at=at)
    _count(poll)
    with override(settings.LANGUAGE_CODE):
        _conclude(poll, by=by)


def _count(poll: Poll) -> None:
    """Write down turnout, seal and each project's figure."""
    poll.voted = poll.turnout.count()
    poll.ballots, poll.seal = ballots.digest(poll)
    poll.save(update_fields=["voted", "ballots", "seal"])
    lines = tally.result(ballots.tally(poll), winners=poll.winners, quorate=poll.voted >= poll.votes_needed)
    PollResult.objects.bulk_create(
        PollResult(poll=poll, project_id=line.project, votes=line.votes, rank=line.rank, outcome=line.outcome)
        for line in lines
    )


def _conclude(poll: Poll, *, by: User) -> None:
    facts = {"voted": poll.voted, "roll": poll.roll_size, "needed": poll.votes_needed, "seal": poll.seal}
    reason = _("%(voted)d of %(roll)d voted, %(needed)d were needed. Seal of the ballots: %(seal)s") % facts
    outcomes = set(poll.results.values_list("outcome", flat=True))
    if Outcome.NO_QUORUM in outcomes:
        poll.move(Status.FAILED, by=by, reason=reason)
        for option in poll.options.select_related("project"):
            projects.take_off(option.project, by=by, reason=_("The vote had no quorum."))
    elif Outcome.TIED in outcomes:
        poll.move(Status.TIED, by=by, reason=reason)
    else:
        poll.move(Status.SETTLED, by=by, reason=reason)
        _tell_projects(poll, by=by)


@transaction.atomic
def settle(poll: Poll, *, by: User, seed: str = "") -> None:
    """Settle a tie as the rule announced: all the tied where the places suffice, else by lot with a public seed."""
    _lock(poll)
    if not poll.can_move(Status.SETTLED):
        poll.move(Status.SETTLED, by=by)
    lines, by_lot, seed = lines_of(poll), needs_lot(poll), seed.strip()
    if by_lot and not seed:
        raise Refused(_("Please enter the seed that was drawn in public."), code="seed_needed")
    tied, taken = (
        tally.tied(lines),
        tally.settle(lines, **_tie_rule(poll), winners=poll.winners, seal=poll.seal, seed=seed),
    )
    for outcome, some in [(Outcome.SHORTLISTED, taken), (Outcome.NOT_CHOSEN, set(tied) - set(taken))]:
        poll.results.filter(project__in=some).update(outcome=outcome, by_tie_rule=True)
    with override(settings.LANGUAGE_CODE):
        how = _("By lot; seed: %s") % seed if by_lot else str(_("All the tied: the places suffice."))
        poll.move(Status.SETTLED, by=by, reason=how, lot_seed=seed if by_lot else "")
        _tell_projects(poll, by=by)


def needs_lot(poll: Poll) -> bool:
    """Whether a tie is settled by lot: the rule says so, or the places do not suffice for all."""
    return tally.needs_lot(lines_of(poll), **_tie_rule(poll))


def lines_of(poll: Poll) -> list[tally.Line]:
    """The sealed result as the counting rule gave it."""
    fields = ("project_id", "votes", "rank", "outcome")
    return [tally.Line(*values) for values in poll.results.values_list(*fields)]


def _tie_rule(poll: Poll) -> dict[str, Any]:
    return {"places": poll.places, "take_all": poll.tie_rule == poll.TieRule.ALL}


def _tell_projects(poll: Poll, *, by: User) -> None:
    for result in poll.results.select_related("project"):
        if result.outcome == Outcome.SHORTLISTED:
            projects.shortlist(result.project, by=by)
        else:
            why = _("%(votes)d votes, rank %(rank)d; %(winners)d were to be shortlisted.")
            facts = {"votes": result.votes, "rank": result.rank, "winners": poll.winners}
            projects.not_chosen(result.project, by=by, reason=why % facts)


@transaction.atomic
def cancel(poll: Poll, *, by: User, reason: str) -> None:
    """Call a vote off before it is counted; ballots already cast are destroyed unread."""
    _lock(poll)
    if poll.status == Status.OPEN and reason.strip():
        ballots.destroy(poll, by=by)
    poll.move(Status.CANCELLED, by=by, reason=reason)


def recount(poll: Poll) -> dict[str, Any]:
    """Count the ballots of a closed poll anew, as docs/recount.py does from the download."""
    number, seal = ballots.digest(poll)
    quorate = number >= poll.votes_needed
    lines = tally.result(ballots.tally(poll), winners=poll.winners, quorate=quorate)
    taken = tally.settle(lines, **_tie_rule(poll), winners=poll.winners, seal=seal, seed=poll.lot_seed)
    return {
        "ballots": number,
        "votes": {str(line.project): line.votes for line in lines},
        "quorum": quorate,
        "tied": sorted(tally.tied(lines)),
        "shortlisted": sorted([*(line.project for line in lines if line.outcome == tally.SHORTLISTED), *taken]),
        "seal": seal,
    }


def _lock(poll: Poll) -> None:
    """Take the poll's row (votes under way are finished, new ones wait) and see it as it is now."""
    Poll.objects.select_for_update().get(pk=poll.pk)
    poll.refresh_from_db()
