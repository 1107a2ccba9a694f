"""Drawing households (入户抽样): how many in each grid, which ones, and how far the result may be off.

Pure: no database, no clock, no chance. A seed that everybody knows decides; the same list and the same seed give the
same households in the same order on any machine, whatever the order of the list (docs/redraw.py does it again with
nothing but Python's standard library).

1. The size asked is shared out among the grids in proportion to their households (largest remainder: each grid gets
   the whole part of its share, what is left goes to the largest fractions; equal fractions in the order of the
   grids' names).
2. In each grid the households stand in the order of the SHA-256 of "seed:household", the lowest first. The first are
   drawn, those after them are the substitutes, in this order.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal, localcontext

# The 95 % quantile of the normal distribution, both sides.
Z = Decimal("1.959964")
HALF, HUNDRED = Decimal("0.5"), Decimal(100)
ARITHMETIC = Context(prec=40)
SHOWN = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Place:
    """One household's place in the draw of its grid; the first `drawn` places are visited, the rest substitute."""

    grid: str
    number: int
    household: str
    is_drawn: bool


def allot(size: int, households: Mapping[str, int]) -> dict[str, int]:
    """How many of each grid are drawn, of so many households that it has. Raises ValueError for more than there are."""
    total = sum(households.values())
    if not 0 <= size <= total:
        raise ValueError(f"{size} of {total} households cannot be drawn")
    if not total:
        return dict.fromkeys(households, 0)
    shares = {grid: divmod(size * number, total) for grid, number in households.items()}
    left = size - sum(whole for whole, _rest in shares.values())
    by_rest = sorted(shares, key=lambda grid: (-shares[grid][1], grid))
    return {grid: shares[grid][0] + (grid in by_rest[:left]) for grid in sorted(households)}


def in_order(seed: str, households: Iterable[str]) -> list[str]:
    """A grid's households in the order in which this seed draws them."""
    return sorted(set(households), key=lambda household: (rank(seed, household), household))


def rank(seed: str, household: str) -> str:
    """What a household's place depends on: the SHA-256 of “seed:household”."""
    return hashlib.sha256(f"{seed}:{household}".encode()).hexdigest()


def draw(seed: str, size: int, frame: Iterable[tuple[str, str]], *, substitutes: int = 100) -> list[Place]:
    """Draw from a list of (grid, household), with so many substitutes, in order, per 100 drawn of each grid."""
    by_grid: dict[str, set[str]] = defaultdict(set)
    for grid, household in frame:
        by_grid[grid].add(household)
    drawn = allot(size, {grid: len(households) for grid, households in by_grid.items()})
    return [
        Place(grid, number, household, number <= drawn[grid])
        for grid in sorted(by_grid)
        for number, household in enumerate(in_order(seed, by_grid[grid]), start=1)
        if number <= drawn[grid] + _ceiling(drawn[grid] * substitutes, 100)
    ]


def _ceiling(number: int, by: int) -> int:
    return -(-number // by)


def margin(answers: int, population: int) -> Decimal | None:
    """How far a share may be off, in percentage points, 95 times of 100: so many answers of so many households.

    For a share of one half, where it is widest, with the correction for a finite population, rounded up to a tenth.
    None when nobody answered.
    """
    if answers <= 0:
        return None
    with localcontext(ARITHMETIC):
        spread = (HALF * HALF / answers).sqrt() * _correction(answers, population)
        return (HUNDRED * Z * spread).quantize(SHOWN, ROUND_CEILING)


def _correction(answers: int, population: int) -> Decimal:
    """Who asks everybody is not off at all."""
    if population <= 1 or answers >= population:
        return Decimal(0)
    return (Decimal(population - answers) / (population - 1)).sqrt()


def size_for(points: Decimal, population: int) -> int:
    """The fewest answers of so many households whose margin is at most so many percentage points."""
    low, high = 1, max(population, 1)
    while low < high:
        middle = (low + high) // 2
        reached = margin(middle, population)
        if reached is not None and reached <= points:
            high = middle
        else:
            low = middle + 1
    return low
