"""Figures for everybody: groups of so few people that one could be meant are not shown by themselves. Pure.

A group that is too small goes into “others”. Where “others” itself would be too small, the smallest group that could
be shown goes there too, so that nobody finds the hidden one by taking what is shown from the sum (complementary
suppression). What is still too small then is not shown at all, and neither is a sum over so few.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Set
from dataclasses import dataclass
from typing import Generic, TypeVar

LEAST = 5

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Group(Generic[K]):
    """A group as everybody may see it; `key` None stands for “others”, `people` and `value` None for hidden."""

    key: K | None
    people: int | None
    value: int | None


def publishable(groups: Mapping[K, tuple[Set[int], int]], *, least: int = LEAST) -> list[Group[K]]:
    """Groups of (who, value), the largest first, small ones put together as “others” at the end."""
    ordered = sorted(groups.items(), key=lambda one: (len(one[1][0]), one[1][1]), reverse=True)
    shown = [one for one in ordered if len(one[1][0]) >= least]
    small = ordered[len(shown) :]
    while small and shown and len(_people(small)) < least:
        small.append(shown.pop())
    found = [Group(key, len(people), value) for key, (people, value) in shown]
    if small:
        people = len(_people(small))
        is_hidden = people < least
        value = sum(each for _key, (_who, each) in small)
        found.append(Group(None, None if is_hidden else people, None if is_hidden else value))
    return found


def publishable_sum(people: int, value: int, *, least: int = LEAST) -> int | None:
    """A sum over so many people; None where they are too few (nobody at all gives away nobody)."""
    return value if people == 0 or people >= least else None


def _people(groups: list[tuple[K, tuple[Set[int], int]]]) -> set[int]:
    return {person for _key, (who, _value) in groups for person in who}
