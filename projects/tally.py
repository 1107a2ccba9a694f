"""The counting rule of a vote: plain values in, a result out. docs/recount.py does the same from the download."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from math import ceil

SHORTLISTED, NOT_CHOSEN, TIED, NO_QUORUM = "shortlisted", "not_chosen", "tied", "no_quorum"


@dataclass(frozen=True)
class Line:
    """One project's figure, its rank (equal votes share it: 1, 2, 2, 4) and what becomes of it."""

    project: int
    votes: int
    rank: int
    outcome: str


def count(ballots: Iterable[Iterable[int]], *, projects: Iterable[int]) -> dict[int, int]:
    """How many ballots approve each project; a ballot that names a project twice counts once for it."""
    votes = Counter(project for ballot in ballots for project in set(ballot))
    return {project: votes[project] for project in projects}


def voters_needed(quorum: Decimal, *, roll: int) -> int:
    """How many people make the quorum: the share of the roll in percent, rounded up to whole people."""
    return ceil(quorum * roll / 100)


def result(votes: Mapping[int, int], *, winners: int, quorate: bool = True) -> list[Line]:
    """Each project's line, best first: the `winners` best are shortlisted, without a single vote nobody is.

    Where equal votes stand on both sides of the line, all of them are tied: no order in the code decides.
    """
    ranks = {number: 1 + sum(other > number for other in votes.values()) for number in set(votes.values())}
    best = sorted(votes, key=lambda project: (-votes[project], project))
    return [Line(p, votes[p], ranks[votes[p]], _outcome(votes, p, winners) if quorate else NO_QUORUM) for p in best]


def _outcome(votes: Mapping[int, int], project: int, winners: int) -> str:
    mine = votes[project]
    better = sum(other > mine for other in votes.values())
    equal = sum(other == mine for other in votes.values())
    if mine == 0 or better >= winners:
        return NOT_CHOSEN
    return SHORTLISTED if better + equal <= winners else TIED


def tied(lines: Iterable[Line]) -> list[int]:
    """The projects between which the line falls."""
    return [line.project for line in lines if line.outcome == TIED]


def needs_lot(lines: Sequence[Line], *, places: int, take_all: bool) -> bool:
    """Whether a tie is settled by lot: the rule does not take all, or the places do not suffice for all."""
    sure = sum(line.outcome == SHORTLISTED for line in lines)
    return not take_all or sure + len(tied(lines)) > places


def settle(lines: Sequence[Line], *, winners: int, places: int, take_all: bool, seal: str, seed: str) -> list[int]:
    """The tied that are shortlisted by the announced rule; none as long as a lot needs its seed."""
    if not needs_lot(lines, places=places, take_all=take_all):
        return tied(lines)
    sure = sum(line.outcome == SHORTLISTED for line in lines)
    return draw(tied(lines), seal=seal, seed=seed, places=winners - sure) if seed else []


def draw(projects: Iterable[int], *, seal: str, seed: str, places: int) -> list[int]:
    """The lot: those whose SHA-256 of `seal:seed:project` is lowest.

    The seal is known only when the poll has closed, the seed is drawn in public after that (dice, the day's
    lottery figures): nobody can know the outcome beforehand, and everybody can repeat the draw.
    """
    return sorted(projects, key=lambda project: sha256(f"{seal}:{seed}:{project}".encode()).hexdigest())[:places]
