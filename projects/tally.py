"""The counting rule of a vote: plain values in, a result out. docs/recount.py does the same from the download.

Support is a share: a project's votes (or points) of all that the ballots could have given it, exact as a fraction.
With a second voice, of experts, it is the weighted mean of the two shares. Who is shortlisted follows from support
alone; where equal support would be told apart only by the order in which the code looks, the projects are tied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import groupby
from math import ceil

SHORTLISTED, NOT_CHOSEN, TIED, WAITING, NO_QUORUM = "shortlisted", "not_chosen", "tied", "waiting", "no_quorum"
BEST, SHARE, BUDGET_SKIP, BUDGET_STOP = "best", "share", "budget_skip", "budget_stop"
LOT, ALL, RUNOFF = "lot", "all", "runoff"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Who wins, as announced beforehand; shares and weights in percent, money in yuan.

    `kind` is BEST (the `winners` best), SHARE (all above `share`), BUDGET_SKIP or BUDGET_STOP (in order of support as
    long as the `budget` lasts, leaving out what no longer fits, or ending at the first that does not). `full` is what
    one ballot can give a project: 1 by approval, 10 by score.
    """

    kind: str = BEST
    winners: int = 1
    places: int = 1
    share: Decimal = Decimal(0)
    budget: Decimal = Decimal(0)
    minimum_support: Decimal = Decimal(0)
    expert_weight: Decimal = Decimal(0)
    full: int = 1
    tie_rule: str = LOT


@dataclass(frozen=True)
class Voice:
    """What one part of the voters said: how many ballots, and each project's votes or points."""

    ballots: int = 0
    votes: Mapping[int, int] = field(default_factory=dict)

    def share(self, project: int, *, full: int) -> Fraction:
        return Fraction(self.votes.get(project, 0), self.ballots * full) if self.ballots else Fraction(0)


@dataclass(frozen=True)
class Line:
    """One project's support (0 to 1), its rank (equal support shares it: 1, 2, 2, 4) and what becomes of it."""

    project: int
    support: Fraction
    rank: int
    outcome: str


def count(ballots: Iterable[Iterable[int]], *, projects: Iterable[int]) -> dict[int, int]:
    """How many ballots approve each project; a ballot that names a project twice counts once for it."""
    votes = Counter(project for ballot in ballots for project in set(ballot))
    return {project: votes[project] for project in projects}


def voters_needed(quorum: Decimal, *, roll: int) -> int:
    """How many people make the quorum: the share of the roll in percent, rounded up to whole people."""
    return ceil(quorum * roll / 100)


def supports(projects: Iterable[int], *, people: Voice, experts: Voice, rule: Rule) -> dict[int, Fraction]:
    """Each project's support; where no expert voted, the people's voice alone counts."""
    weight = Fraction(rule.expert_weight) / 100 if experts.ballots else Fraction(0)
    return {
        project: (1 - weight) * people.share(project, full=rule.full) + weight * experts.share(project, full=rule.full)
        for project in projects
    }


def result(
    support: Mapping[int, Fraction],
    *,
    rule: Rule,
    costs: Mapping[int, Decimal] | None = None,
    order: Sequence[int] = (),
    quorate: bool = True,
) -> list[Line]:
    """Each project's line, best first. `order` is how equals stand after a lot or a run-off, the first before all.

    Without any support, or with less than the minimum, a project is never shortlisted.
    """
    ranks = {share: 1 + sum(other > share for other in support.values()) for share in set(support.values())}
    place = {project: number for number, project in enumerate(order)}
    best = sorted(support, key=lambda p: (-support[p], place.get(p, len(place)), p))
    found = _outcomes(best, support, rule=rule, costs=costs or {}, place=place) if quorate else {}
    return [Line(p, support[p], ranks[support[p]], found.get(p, NOT_CHOSEN if quorate else NO_QUORUM)) for p in best]


def _outcomes(
    best: list[int],
    support: Mapping[int, Fraction],
    *,
    rule: Rule,
    costs: Mapping[int, Decimal],
    place: Mapping[int, int],
) -> dict[int, str]:
    """What becomes of those with enough support."""
    able = [p for p in best if support[p] and support[p] * 100 >= Fraction(rule.minimum_support)]
    if rule.kind == SHARE:
        return {p: SHORTLISTED if support[p] * 100 > Fraction(rule.share) else NOT_CHOSEN for p in able}
    equals = [list(group) for _key, group in groupby(able, key=lambda p: (support[p], place.get(p, len(place))))]
    return _by_places(equals, rule.winners) if rule.kind == BEST else _by_budget(equals, costs, rule)


def _by_places(equals: list[list[int]], free: int) -> dict[int, str]:
    found: dict[int, str] = {}
    for group in equals:
        outcome = NOT_CHOSEN if free <= 0 else SHORTLISTED if len(group) <= free else TIED
        found |= dict.fromkeys(group, outcome)
        free -= len(group)
    return found


def _by_budget(equals: list[list[int]], costs: Mapping[int, Decimal], rule: Rule) -> dict[int, str]:
    """Spend the budget from the top. Equals who fit as a whole are all in; else their order would decide: a tie."""
    found: dict[int, str] = {}
    left, stops = rule.budget, rule.kind == BUDGET_STOP
    for number, group in enumerate(equals):
        fitting = group if stops else [p for p in group if costs.get(p, 0) <= left]
        price = sum((costs.get(p, Decimal(0)) for p in fitting), Decimal(0))
        found |= dict.fromkeys(group, NOT_CHOSEN)
        if price <= left:
            found |= dict.fromkeys(fitting, SHORTLISTED)
            left -= price
            continue
        if any(costs.get(p, 0) <= left for p in fitting) and len(fitting) > 1:
            below = [p for later in equals[number + 1 :] for p in later]
            # Whatever the order, a rule that stops has stopped here; one that skips goes on with what is left then.
            return found | dict.fromkeys(fitting, TIED) | dict.fromkeys(below, NOT_CHOSEN if stops else WAITING)
        if stops:
            break
    return found


def projects_with(lines: Iterable[Line], outcome: str) -> list[int]:
    """The projects of which this becomes, best first."""
    return [line.project for line in lines if line.outcome == outcome]


def takes_all(lines: Sequence[Line], *, rule: Rule) -> bool:
    """Whether a tie is settled by taking all the tied: the rule says so and the places suffice."""
    together = len(projects_with(lines, SHORTLISTED)) + len(projects_with(lines, TIED))
    return rule.tie_rule == ALL and rule.kind == BEST and together <= rule.places


def settled(
    lines: Sequence[Line], *, rule: Rule, costs: Mapping[int, Decimal] | None = None, order: Sequence[int] = ()
) -> list[Line]:
    """The lines after a tie: all the tied are in if the rule takes all, else they stand in this order."""
    if takes_all(lines, rule=rule):
        outcomes = {line.project: SHORTLISTED if line.outcome == TIED else line.outcome for line in lines}
        return [Line(line.project, line.support, line.rank, outcomes[line.project]) for line in lines]
    return result({line.project: line.support for line in lines}, rule=rule, costs=costs, order=order)


def draw(projects: Iterable[int], *, seal: str, seed: str) -> list[int]:
    """The lot: the projects by the SHA-256 of `seal:seed:project`, the lowest first.

    The seal is known only when the poll has closed, the seed is drawn in public after that (dice, the day's
    lottery figures): nobody can know the outcome beforehand, and everybody can repeat the draw.
    """
    return sorted(projects, key=lambda project: sha256(f"{seal}:{seed}:{project}".encode()).hexdigest())
