"""计票: what the sealed ballots say, what becomes of each project, and how a tie is settled."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.models import Refused, User
from communities.models.record import record
from projects import tally
from projects.models import Poll, PollOption, PollResult, Project
from projects.services import ballots, projects, rolls

Status = Poll.Status
Outcome = PollResult.Outcome
HUNDRED = Decimal(100)
UNDECIDED = frozenset({tally.TIED, tally.WAITING})
STILL_OUT = UNDECIDED | {tally.NOT_CHOSEN}


def count(poll: Poll, *, by: User) -> None:
    """Write down turnout, seal and each project's figure of a poll that has just closed, and what follows."""
    poll.present = rolls.count_present(poll)
    people, experts = ballots.tally(poll)
    # A vote from elsewhere brings ballots, and nobody's turnout.
    poll.voted = people.ballots if poll.imported else rolls.count_voted(poll)
    poll.ballots, poll.expert_ballots, poll.seal = people.ballots, experts.ballots, ballots.digest(poll)[1]
    poll.save(update_fields=["present", "voted", "ballots", "expert_ballots", "seal"])
    support, costs = _support(poll, people, experts), _costs(poll)
    lines = tally.result(support, rule=poll.counting_rule(), costs=costs, quorate=is_quorate(poll))
    PollResult.objects.bulk_create(
        PollResult(
            poll=poll,
            project_id=line.project,
            votes=people.votes.get(line.project, 0),
            expert_votes=experts.votes.get(line.project, 0),
            support=HUNDRED * line.support.numerator / line.support.denominator,
            rank=line.rank,
            outcome=line.outcome,
        )
        for line in lines
    )
    with override(settings.LANGUAGE_CODE):
        _conclude(poll, by=by)


def is_quorate(poll: Poll) -> bool:
    """Whether enough of the roll voted, or were present, as announced."""
    there = poll.present if poll.counts_presence else poll.heard
    return (there or 0) >= poll.votes_needed


def _costs(poll: Poll) -> dict[int, Decimal]:
    return dict(PollOption.objects.filter(poll=poll).values_list("project", "cost"))


def _support(poll: Poll, people: tally.Voice, experts: tally.Voice) -> dict[int, Any]:
    return tally.supports(_costs(poll), people=people, experts=experts, rule=poll.counting_rule())


def _conclude(poll: Poll, *, by: User) -> None:
    facts = {"voted": poll.heard, "roll": poll.roll_size, "needed": poll.votes_needed, "seal": poll.seal}
    words = _("%(voted)d of %(roll)d voted, %(needed)d were needed. Seal of the ballots: %(seal)s")
    if poll.counts_presence:
        words = _("%(present)d of %(roll)d were present, %(needed)d were needed. Seal of the ballots: %(seal)s")
        facts["present"] = poll.present
    reason = words % facts
    if not is_quorate(poll):
        poll.move(Status.FAILED, by=by, reason=reason)
        _free_projects(poll, by=by)
    elif poll.results.filter(outcome=Outcome.TIED).exists():
        poll.move(Status.TIED, by=by, reason=reason)
    else:
        poll.move(Status.SETTLED, by=by, reason=reason)
        _decided(poll, by=by)


def _free_projects(poll: Poll, *, by: User) -> None:
    """Without a quorum nothing is decided; after a failed run-off the tie stands."""
    if poll.runoff_of is None:
        for option in poll.options.select_related("project"):
            projects.take_off(option.project, by=by, reason=_("The vote had no quorum."))


def _decided(poll: Poll, *, by: User) -> None:
    """Tell the projects; of a run-off, settle the poll whose tie it breaks."""
    if poll.runoff_of:
        order = tally.projects_with(lines_of(poll), tally.SHORTLISTED)
        _settle(poll.runoff_of.locked(), order=order, by=by, how=_("By run-off: %s") % poll.pk)
    else:
        _tell_projects(poll, by=by)


# -- ties


@transaction.atomic
def settle(poll: Poll, *, by: User, seed: str = "") -> None:
    """Settle a tie as the rule announced: all the tied where the places suffice, else by lot with a public seed."""
    poll.take()
    if poll.status != Status.TIED:
        raise Refused(_("There is no tie to settle."), code="wrong_status")
    seed = seed.strip()
    if needs_runoff(poll):
        raise Refused(_("The announced rule is a run-off: please hold that first."), code="runoff_needed")
    if not needs_lot(poll):
        _settle(poll, order=[], by=by, how=str(_("All the tied: the places suffice.")))
        return
    if not seed:
        raise Refused(_("Please enter the seed that was drawn in public."), code="seed_needed")
    order = tally.draw(_costs(poll), seal=poll.seal, seed=seed)
    _settle(poll, order=order, by=by, how=_("By lot; seed: %s") % seed, lot_seed=seed)


def _settle(poll: Poll, *, order: list[int], by: User, how: str, **fields: Any) -> None:
    """Give every project its place by this order among equals, if that settles all; else the rest stays tied."""
    order = [*(poll.tie_order or []), *(p for p in order if p not in (poll.tie_order or []))]
    lines = _with_order(poll, order)
    is_for_a_free_place = poll.results.filter(outcome__in=PollResult.LEFT).exists()
    for line in lines:
        changed = poll.results.filter(project=line.project, outcome__in=UNDECIDED).exclude(outcome=line.outcome)
        moves_up = is_for_a_free_place and line.outcome == tally.SHORTLISTED
        changed.update(outcome=line.outcome, by_tie_rule=True, moved_up=moves_up)
    fields["tie_order"] = order
    with override(settings.LANGUAGE_CODE):
        if tally.projects_with(lines, tally.TIED):
            for name, value in fields.items():
                setattr(poll, name, value)
            poll.save(update_fields=fields.keys())
            record(poll, region=poll.region, old=poll.status, new=poll.status, by=by, reason=how)
            return
        poll.move(Status.SETTLED, by=by, reason=how, **fields)
        _decided(poll, by=by)


def _with_order(poll: Poll, order: list[int]) -> list[tally.Line]:
    """What becomes of those not yet in: all the tied are, if the rule takes all; else they stand in this order."""
    lines = lines_of(poll)
    if tally.takes_all(lines, rule=poll.counting_rule()):
        return [replace(line, outcome=tally.SHORTLISTED) for line in lines if line.outcome == tally.TIED]
    rest = {line.project: line.support for line in lines if line.outcome in STILL_OUT}
    return tally.result(rest, rule=left(poll), costs=_costs(poll), order=order)


def needs_runoff(poll: Poll) -> bool:
    """Whether the tie is settled by a run-off: so it was announced, and none has failed yet."""
    failed = poll.runoffs.filter(status=Status.FAILED).exists()
    return poll.tie_rule == tally.RUNOFF and not failed and not poll.runoffs.filter(status=Status.SETTLED).exists()


def awaits_runoff(poll: Poll) -> bool:
    """Whether a run-off is still to be planned."""
    is_due = poll.status == Status.TIED and needs_runoff(poll)
    return is_due and not poll.runoffs.valid().exclude(status=Status.FAILED).exists()


def needs_lot(poll: Poll) -> bool:
    """Whether a tie is settled by lot: the rule does not take all, or the places do not suffice for all."""
    return not needs_runoff(poll) and not tally.takes_all(lines_of(poll), rule=poll.counting_rule())


def tied_in(poll: Poll) -> list[int]:
    """The projects between which the line falls."""
    return list(poll.results.filter(outcome=Outcome.TIED).values_list("project", flat=True))


# -- what the sealed figures say


def lines_of(poll: Poll) -> list[tally.Line]:
    """The sealed result, with the exact support of each project and what has become of it by now."""
    results = {result.project_id: result for result in poll.results.all()}
    people = tally.Voice(poll.ballots or 0, {p: r.votes for p, r in results.items()})
    experts = tally.Voice(poll.expert_ballots, {p: r.expert_votes for p, r in results.items()})
    support = tally.supports(results, people=people, experts=experts, rule=poll.counting_rule())
    lines = (tally.Line(p, support[p], r.rank, r.outcome) for p, r in results.items())
    place = {project: number for number, project in enumerate(poll.tie_order or [])}
    return sorted(lines, key=lambda line: (line.rank, place.get(line.project, len(place)), line.project))


def _tell_projects(poll: Poll, *, by: User) -> None:
    """Shortlist the projects in, and tell the others why not; those who heard it before hear nothing."""
    # A withdrawn one may stand on another roadshow by now.
    for result in poll.results.exclude(outcome__in=PollResult.LEFT).select_related("project"):
        is_in, status = result.outcome == Outcome.SHORTLISTED, result.project.status
        if status == Project.Status.IN_ROADSHOW and is_in:
            projects.shortlist(result.project, by=by)
        elif status == Project.Status.IN_ROADSHOW:
            projects.not_chosen(result.project, by=by, reason=_why_not(poll, result))
        elif status == Project.Status.NOT_CHOSEN and is_in:
            projects.move_up(result.project, by=by, reason=_("A place became free."))


def _why_not(poll: Poll, result: PollResult) -> str:
    facts = {"support": result.support.quantize(Decimal("0.01")), "rank": result.rank, "winners": poll.winners}
    facts |= {"votes": result.votes, "budget": poll.budget, "share": poll.share}
    if result.support < poll.minimum_support:
        return _("%(support)s %% support, rank %(rank)d; less than the minimum.") % facts
    if poll.winner_rule == tally.BEST:
        return _("%(votes)d votes, rank %(rank)d; %(winners)d were to be shortlisted.") % facts
    if poll.winner_rule == tally.SHARE:
        return _("%(support)s %% support, rank %(rank)d; more than %(share)s %% were needed.") % facts
    return _("%(support)s %% support, rank %(rank)d; the budget of %(budget)s yuan did not last.") % facts


# -- after a shortlisted project has fallen out


def left(poll: Poll) -> tally.Rule:
    """The rule for the places and the money that those already shortlisted leave."""
    rule, costs = poll.counting_rule(), _costs(poll)
    taken = tally.projects_with(lines_of(poll), tally.SHORTLISTED)
    spent = sum((costs[project] for project in taken), Decimal(0))
    return replace(rule, winners=max(rule.winners - len(taken), 0), budget=rule.budget - spent)


def give_place_on(project: Project, *, outcome: str, by: User, reason: str) -> None:
    """A shortlisted project has fallen out, as the outcome says: where it was voted in, the next in line moves up."""
    for result in project.poll_results.filter(outcome=Outcome.SHORTLISTED, poll__runoff_of=None).select_related("poll"):
        _move_up(result.poll, project, outcome=outcome, by=by, reason=reason)


def _move_up(poll: Poll, project: Project, *, outcome: str, by: User, reason: str) -> None:
    """Take a project out that is no longer shortlisted; the next in line moves up by the announced rule.

    Where the next are equal, the poll is tied again. Who was shortlisted before stays so. Where the poll is tied
    already, the place is one more for the tied; a run-off among them that is under way then gives out both.
    """
    poll.take()
    mine = poll.results.filter(project=project, outcome=Outcome.SHORTLISTED)
    if poll.status not in {Status.SETTLED, Status.TIED} or not mine.update(outcome=outcome):
        return
    rule = left(poll)
    if rule.kind == tally.SHARE or (rule.kind == tally.BEST and not rule.winners) or _is_run_off(poll):
        return
    rest = {line.project: line.support for line in lines_of(poll) if line.outcome in STILL_OUT}
    lines = tally.result(rest, rule=rule, costs=_costs(poll), order=poll.tie_order or [])
    with override(settings.LANGUAGE_CODE):
        for result in poll.results.filter(project__in=tally.projects_with(lines, tally.SHORTLISTED)):
            _moves_up(poll, result, by=by, reason=reason)
        for other in (*UNDECIDED, tally.NOT_CHOSEN):
            still_out = poll.results.filter(project__in=tally.projects_with(lines, other))
            still_out.exclude(outcome=other).update(outcome=other)
        is_tied = bool(tally.projects_with(lines, tally.TIED))
        if is_tied and poll.status == Status.SETTLED:
            poll.move(Status.TIED, by=by, reason=_("The next in line are equal: %s") % reason)
        elif not is_tied and poll.status == Status.TIED:
            poll.move(Status.SETTLED, by=by, reason=_("The places suffice now: %s") % reason)


def _is_run_off(poll: Poll) -> bool:
    """Whether a run-off among the tied is planned or under way, or waits for its own lot."""
    return poll.runoffs.valid().exclude(status__in=[Status.FAILED, Status.SETTLED]).exists()


def _moves_up(poll: Poll, result: PollResult, *, by: User, reason: str) -> None:
    poll.results.filter(pk=result.pk).update(outcome=Outcome.SHORTLISTED, moved_up=True)
    record(poll, region=poll.region, old=poll.status, new="moved_up", by=by, reason=f"{result.project}: {reason}")
    projects.move_up(result.project, by=by, reason=reason)


# -- recount


def recount(poll: Poll, **other_rule: Any) -> dict[str, Any]:
    """Count the ballots of a closed poll anew, as docs/recount.py does from the download; or by another rule."""
    people, experts = ballots.tally(poll)
    rule, costs = replace(poll.counting_rule(), **other_rule), _costs(poll)
    support = tally.supports(costs, people=people, experts=experts, rule=rule)
    before = lines = tally.result(support, rule=rule, costs=costs, quorate=is_quorate(poll))
    # Settled or not: an objection ties a poll again whose own tie was settled long before.
    if not other_rule and tally.projects_with(lines, tally.TIED):
        lines = tally.settled(lines, rule=rule, costs=costs, order=poll.tie_order or [])
    return {
        "ballots": people.ballots + experts.ballots,
        "votes": {str(line.project): people.votes.get(line.project, 0) for line in lines},
        "expert_votes": {str(p): number for p, number in sorted(experts.votes.items())},
        "support": {str(line.project): f"{float(100 * line.support):.4f}" for line in lines},
        "quorum": is_quorate(poll),
        "order": [line.project for line in before],
        "tied": sorted(tally.projects_with(before, tally.TIED)),
        "waiting": sorted(tally.projects_with(lines, tally.WAITING)),
        "shortlisted": sorted(tally.projects_with(lines, tally.SHORTLISTED)),
        "seal": ballots.digest(poll)[1],
    }
