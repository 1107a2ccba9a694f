"""From households' answers to figures and marks (满意度), and which figures may be shown.

Pure. An answer of the five levels is worth a share of full marks: very satisfied 1, satisfied 0.75, so-so 0.5,
dissatisfied 0.25, very dissatisfied 0; yes 1 and no 0. A question's share is the mean of its answers. The survey's mark
for an indicator is the mean of the shares of its questions times the full marks, rounded half up to two places: one
mark of the pseudo member `survey` in the group of the households, which the scoring core takes as it takes any other.

Fewer than five answers are nobody's figure: the question counts for no mark and no page, and a small grid is shown
only together with others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

FEWEST = 5
LEVELS = 5
CENT = Decimal("0.01")
ARITHMETIC = Context(prec=40)


def worth(level: int) -> Decimal:
    """The share of full marks of a level from 1 (very dissatisfied) to 5 (very satisfied)."""
    return Decimal(level - 1) / (LEVELS - 1)


def share(levels: Mapping[int, int]) -> Decimal | None:
    """The mean share of a question, from how often each level was answered; None below the fewest answers."""
    answers = sum(levels.values())
    if answers < FEWEST:
        return None
    with localcontext(ARITHMETIC):
        return sum((worth(level) * number for level, number in levels.items()), Decimal(0)) / answers


def mark(shares: Iterable[Decimal | None], full: Decimal) -> Decimal | None:
    """The survey's mark for an indicator from the shares of its questions; None when none of them counts."""
    counted = [each for each in shares if each is not None]
    if not counted:
        return None
    with localcontext(ARITHMETIC):
        return (sum(counted, Decimal(0)) / len(counted) * full).quantize(CENT, ROUND_HALF_UP)


def percent(part: Decimal) -> Decimal:
    """A share in per cent, rounded half up to a tenth."""
    return (part * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def together(sizes: Mapping[str, int]) -> list[list[str]]:
    """The grids as they may be shown: each with enough answers by itself, the small ones joined until they are enough.

    What the small ones have together is enough too, else the smallest of the others joins them: nobody finds a small
    grid by taking the shown ones from the whole.
    """
    rising = sorted((grid for grid, size in sizes.items() if size), key=lambda grid: (sizes[grid], grid))
    joined: list[str] = []
    while rising and (sizes[rising[0]] < FEWEST or 0 < sum(sizes[grid] for grid in joined) < FEWEST):
        joined.append(rising.pop(0))
    if sum(sizes[grid] for grid in joined) < FEWEST:
        joined = []  # so few in all that no grid may be shown
    return [[grid] for grid in sorted(rising)] + ([sorted(joined)] if joined else [])
