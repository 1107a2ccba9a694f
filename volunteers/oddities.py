"""What looks odd in attendance, purely: plain rows in, patterns with their figures out; nothing is decided here.

The figures are starting points, chosen so that a patrol of three regulars or a family that shares a phone is no
pattern; staff look at each and say what it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

# People on one device at one activity: a couple shares a phone, three seldom do.
MANY_PEOPLE = 3
# Minutes between two communities, by the digits of the division code that they share: street, district, city.
LEAST_MINUTES = {9: 5, 6: 15, 4: 30, 0: 90}
# A leader who confirms so many stays of so few people, and leaves so many of others there undecided.
CONFIRMED, FEW_PEOPLE, LEFT_UNDONE = 6, 3, 6
# Two who confirm each other so often, and hardly anybody else (percent of what they confirmed).
EACH_OTHER, HARDLY_ELSE = 3, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One attendance as the patterns see it; people and places are numbers and codes."""

    pk: int
    volunteer: int
    user: int
    activity: int
    place: str
    started_at: datetime
    ended_at: datetime | None = None
    confirmed_by: int | None = None
    # Rejected, or not recorded within the legal limit.
    is_undone: bool = False
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """What was found: its kind, the name by which it is known again, the stays, and the figures for its words."""

    kind: str
    key: str
    stays: tuple[int, ...]
    figures: dict[str, Any] = field(default_factory=dict)


def find(stays: Iterable[Stay], *, period: str) -> list[Pattern]:
    """Every pattern in these stays; what goes on for long is one pattern in each `period`."""
    rows = list(stays)
    return [*one_device(rows), *travel(rows), *friends(rows, period=period), *each_other(rows, period=period)]


def one_device(stays: Iterable[Stay]) -> Iterator[Pattern]:
    """Three or more people who came or went by the same device at one activity."""
    used: dict[tuple[int, str], list[Stay]] = defaultdict(list)
    for stay in stays:
        for marker in set(stay.devices):
            used[stay.activity, marker].append(stay)
    for (activity, marker), rows in sorted(used.items()):
        people = {stay.volunteer for stay in rows}
        if len(people) >= MANY_PEOPLE:
            yield Pattern("device", f"device:{activity}:{marker}", _numbers(rows), {"people": len(people)})


def travel(stays: Iterable[Stay]) -> Iterator[Pattern]:
    """Somebody who was at two places with less time between than the way takes."""
    by_person: dict[int, list[Stay]] = defaultdict(list)
    for stay in stays:
        by_person[stay.volunteer].append(stay)
    for rows in by_person.values():
        for first, second in pairwise(sorted(rows, key=lambda stay: (stay.started_at, stay.pk))):
            least = least_minutes(first.place, second.place)
            if first.ended_at is None or least == 0:
                continue
            minutes = int((second.started_at - first.ended_at).total_seconds() // 60)
            if minutes < least:
                figures = {"first": first.place, "second": second.place, "minutes": max(minutes, 0), "least": least}
                yield Pattern("travel", f"travel:{first.pk}:{second.pk}", _numbers([first, second]), figures)


def least_minutes(one: str, other: str) -> int:
    """The least minutes on the way between two division codes; 0 within one community."""
    if one == other:
        return 0
    return next(minutes for digits, minutes in LEAST_MINUTES.items() if one[:digits] == other[:digits])


def friends(stays: Iterable[Stay], *, period: str) -> Iterator[Pattern]:
    """Somebody who confirms the same few people and leaves the hours of others there undone."""
    rows = list(stays)
    for who, confirmed in sorted(_by_confirmer(rows).items()):
        people = {stay.volunteer for stay in confirmed}
        activities = {stay.activity for stay in confirmed}
        others = [
            stay
            for stay in rows
            if stay.activity in activities and stay.is_undone and stay.volunteer not in people and stay.user != who
        ]
        if len(confirmed) >= CONFIRMED and len(people) <= FEW_PEOPLE and len(others) >= LEFT_UNDONE:
            figures = {"confirmed": len(confirmed), "people": len(people), "others": len(others)}
            yield Pattern("friends", f"friends:{who}:{period}", _numbers([*confirmed, *others]), figures)


def each_other(stays: Iterable[Stay], *, period: str) -> Iterator[Pattern]:
    """Two who confirm each other's hours and hardly anybody else's."""
    given = _by_confirmer(stays)
    counted = {who: Counter(stay.user for stay in rows) for who, rows in given.items()}
    for one, other in sorted((a, b) for a in given for b in given if a < b):
        there, back = counted[one][other], counted[other][one]
        is_most = all(
            100 * counted[who][whom] >= HARDLY_ELSE * len(given[who]) for who, whom in ((one, other), (other, one))
        )
        if min(there, back) >= EACH_OTHER and is_most:
            rows = [stay for who, whom in ((one, other), (other, one)) for stay in given[who] if stay.user == whom]
            yield Pattern("each_other", f"each_other:{one}:{other}:{period}", _numbers(rows), _figures(there, back))


def _figures(there: int, back: int) -> dict[str, Any]:
    return {"one": there, "other": back}


def _by_confirmer(stays: Iterable[Stay]) -> dict[int, list[Stay]]:
    given: dict[int, list[Stay]] = defaultdict(list)
    for stay in stays:
        if stay.confirmed_by is not None:
            given[stay.confirmed_by].append(stay)
    return given


def _numbers(stays: Iterable[Stay]) -> tuple[int, ...]:
    return tuple(sorted({stay.pk for stay in stays}))
