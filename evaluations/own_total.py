"""一份评分表的小计: what one member's own marks come to, exactly, as the page adds them up while one types.

It is no grade: a grade takes the marks of all groups (evaluations/scoring.py). static/spot/total.js says the same in
the browser, in whole numbers too; a test holds both to one figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor

from evaluations.models import Indicator, Scheme

HALF = Fraction(1, 2)


def own_total(asked: Iterable[Indicator], values: Mapping[int, Decimal | None], scheme: Scheme) -> Decimal | None:
    """Points of the marks given so far, None before the first; `values` maps an indicator's pk to its mark.

    Bonus points count up to their cap; a veto item brings no points. Half a unit is rounded up.
    """
    places = scheme.places
    score = bonus = Fraction(0)
    counted = 0
    for each in asked:
        value = values.get(each.pk)
        if value is None or each.kind == Indicator.Kind.VETO:
            continue
        counted += 1
        points = Fraction(value) * Fraction(each.weight) / Fraction(each.full or 1)
        points = _rounded(points, places) if scheme.round_indicators else points
        score, bonus = (score, bonus + points) if each.kind == Indicator.Kind.BONUS else (score + points, bonus)
    if scheme.bonus_cap is not None:
        bonus = min(bonus, Fraction(scheme.bonus_cap))
    return _decimal(_rounded(score + bonus, places), places) if counted else None


def best(asked: Iterable[Indicator]) -> Decimal:
    """What full marks in everything that is scored would come to, without bonus."""
    return sum((each.weight for each in asked if each.kind == Indicator.Kind.SCORE), Decimal(0))


def _rounded(points: Fraction, places: int) -> Fraction:
    return Fraction(floor(points * 10**places + HALF), 10**places)


def _decimal(points: Fraction, places: int) -> Decimal:
    return Decimal(int(points * 10**places)).scaleb(-places)
