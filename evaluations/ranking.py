"""Who stands on a shortlist: by grade, then by votes. Plain values in, plain values out; equals share a rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evaluations.models.schemes import GRADES


@dataclass(frozen=True)
class Candidate:
    """A team's project of the year: its final grade, and what its vote gave it (votes, or percent of them)."""

    team: int
    project: int
    grade: str
    figure: Decimal

    @property
    def strength(self) -> tuple[int, Decimal]:
        """What is compared; the higher comes first."""
        return (-GRADES.index(self.grade), self.figure)


@dataclass(frozen=True)
class Place:
    """A candidate's place on the shortlist; `is_tied` when not all with this rank fit into the places."""

    candidate: Candidate
    rank: int
    is_tied: bool


def shortlist(candidates: Sequence[Candidate], *, places: int) -> list[Place]:
    """Whoever is in, and all who are equal at the last place; each team stands once, with its strongest project."""
    best: dict[int, Candidate] = {}
    for each in sorted(candidates, key=lambda each: each.project):
        if each.team not in best or each.strength > best[each.team].strength:
            best[each.team] = each
    ranked = sorted(best.values(), key=lambda each: (each.strength, -each.project), reverse=True)
    equal = Counter(each.strength for each in ranked)
    first: dict[tuple[int, Decimal], int] = {}  # how many are better than those of this strength
    for better, each in enumerate(ranked):
        first.setdefault(each.strength, better)
    return [
        Place(each, rank=better + 1, is_tied=better + equal[each.strength] > places)
        for each in ranked
        if (better := first[each.strength]) < places
    ]
