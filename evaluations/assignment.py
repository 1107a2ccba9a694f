"""分配: which members score which projects. Pure: plain values in, a plan out, no database.

Group by group, each project gets its minimum of members who have no interest in it, and the load of the members is as
even as the interests allow: it differs by one at most wherever that can be, and no other plan is more even. The same
seed gives the same plan, in whatever order the projects and members come.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

Pair = tuple[int, int]  # (project, member)


@dataclass(frozen=True)
class Short:
    """A project for which a group has too few members without an interest."""

    project: int
    group: str
    have: int
    wanted: int


@dataclass(frozen=True)
class Plan:
    """Who scores what, and where the minimum cannot be met."""

    pairs: frozenset[Pair]
    short: tuple[Short, ...]


def draw_up(
    projects: Iterable[int],
    members: Mapping[int, str],
    *,
    minima: Mapping[str, int],
    seed: str,
    interests: Set[Pair] = frozenset(),
    kept: Set[Pair] = frozenset(),
) -> Plan:
    """Draw up a plan.

    `members` gives each member's group, `minima` how many of a group each project gets, `interests` the pairs that must
    not be, `kept` the pairs that stay as they are (those with an interest do not). Groups without a minimum get
    nothing.
    """
    order = sorted(set(projects), key=lambda project: _lot(seed, "project", project))
    pairs: set[Pair] = set()
    short: list[Short] = []
    for group in sorted(minima):
        own = sorted((m for m, of in members.items() if of == group), key=lambda member: _lot(seed, "member", member))
        part = _Group(order, own, minima[group], interests, kept)
        pairs |= part.drawn()
        short += [Short(project, group, have, minima[group]) for project, have in part.short()]
    return Plan(frozenset(pairs), tuple(sorted(short, key=lambda each: (each.project, each.group))))


def loads(pairs: Iterable[Pair], members: Iterable[int]) -> dict[int, int]:
    """How many projects each member has."""
    found = dict.fromkeys(members, 0)
    for _project, member in pairs:
        found[member] = found.get(member, 0) + 1
    return found


def short_of(
    pairs: Set[Pair], projects: Iterable[int], members: Mapping[int, str], minima: Mapping[str, int]
) -> list[Short]:
    """The projects that have fewer members of a group than they should, in a plan as it stands."""
    have: dict[tuple[int, str], int] = defaultdict(int)
    for project, member in pairs:
        if member in members:
            have[project, members[member]] += 1
    wanted = [(project, group, minima[group]) for project in sorted(projects) for group in sorted(minima)]
    return [Short(p, group, have[p, group], least) for p, group, least in wanted if have[p, group] < least]


def _lot(seed: str, kind: str, number: int) -> str:
    """Anyone can repeat it: what is drawn first has the lowest SHA-256 of “seed:kind:number”."""
    return sha256(f"{seed}:{kind}:{number}".encode()).hexdigest()


@dataclass
class _Group:
    """One group's part of the plan, while it is drawn up."""

    projects: list[int]
    members: list[int]
    minimum: int
    interests: Set[Pair]
    kept: Set[Pair]
    of: dict[int, set[int]] = field(default_factory=dict)  # member → projects
    fixed: set[Pair] = field(default_factory=set)

    def drawn(self) -> set[Pair]:
        known = set(self.projects)
        self.fixed = {(p, m) for p, m in self.kept if p in known and m in self.members} - self.interests
        self.of = {member: {p for p, m in self.fixed if m == member} for member in self.members}
        count = self._count()
        for project in sorted(self.projects, key=lambda project: len(self._free_of(project))):
            self._give(project, self.minimum - count[project])
        while path := self._uneven():
            self._shift(path)
        return {(project, member) for member, theirs in self.of.items() for project in theirs}

    def short(self) -> Iterator[tuple[int, int]]:
        """(project, how many it has) of those below the minimum."""
        count = self._count()
        for project in self.projects:
            have = count[project]
            if have < self.minimum:
                yield project, have

    def _free_of(self, project: int) -> list[int]:
        """Who could still take a project."""
        return [m for m in self.members if (project, m) not in self.interests and project not in self.of[m]]

    def _count(self) -> Counter[int]:
        """How many members each project has."""
        return Counter(project for theirs in self.of.values() for project in theirs)

    def _give(self, project: int, missing: int) -> None:
        for member in sorted(self._free_of(project), key=lambda m: len(self.of[m]))[: max(missing, 0)]:
            self.of[member].add(project)

    def _uneven(self) -> list[tuple[int, int]]:
        """The (member, project) to hand on, one after another, so that somebody's load falls and a smaller one rises.

        While there is such a chain to somebody with two fewer, the plan is not as even as can be; without one it is.
        """
        rank = {project: place for place, project in enumerate(self.projects)}
        least = min((len(theirs) for theirs in self.of.values()), default=0)
        loaded = [m for m in self.members if len(self.of[m]) >= least + 2]
        for start in sorted(loaded, key=lambda m: -len(self.of[m])):
            came: dict[int, tuple[int, int]] = {}  # member → (from whom, which project)
            waiting, seen = deque([start]), {start}
            while waiting:
                giver = waiting.popleft()
                for project in sorted(self.of[giver], key=rank.__getitem__):
                    if (project, giver) in self.fixed:
                        continue
                    for taker in self._free_of(project):
                        if taker in seen:
                            continue
                        seen.add(taker)
                        came[taker] = (giver, project)
                        if len(self.of[taker]) <= len(self.of[start]) - 2:
                            return _chain(came, taker)
                        waiting.append(taker)
        return []

    def _shift(self, path: list[tuple[int, int]]) -> None:
        """Hand the projects on; `path` ends with (the last taker, -1)."""
        for (giver, project), (taker, _next) in pairwise(path):
            self.of[giver].discard(project)
            self.of[taker].add(project)


def _chain(came: Mapping[int, tuple[int, int]], last: int) -> list[tuple[int, int]]:
    path = [(last, -1)]
    while path[0][0] in came:
        path.insert(0, came[path[0][0]])
    return path
