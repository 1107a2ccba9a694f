"""A Pabulib file (.pb) as plain values: what it says, what of it cannot be taken, and why.

The format: pabulib.org/format. Approval and scoring votes are taken; the order of an ordinal vote has no counterpart
in our rules, so such a file is refused.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

PARTS = ("META", "PROJECTS", "VOTES")
APPROVAL, SCORES = "approval", frozenset({"scoring", "cumulative"})
MOST_POINTS = 10


class Unreadable(ValueError):
    """The file is not one that can be taken; the message says why."""


@dataclass
class Listed:
    """A project of the file."""

    name: str
    cost: Decimal


@dataclass
class PabulibFile:
    """What a file says: its head, its projects and its ballots as {project: points} (1 by approval)."""

    meta: dict[str, str]
    projects: dict[str, Listed]
    ballots: list[dict[str, int]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def is_by_score(self) -> bool:
        return self.meta["vote_type"] in SCORES

    def amount(self, key: str) -> Decimal:
        """A number of the head; 0 where it is not given."""
        return _number(self.meta.get(key) or "0", f"META {key}")


def read(lines: Iterable[str]) -> PabulibFile:
    """Read a file. Raises Unreadable where it is no Pabulib file, or of a kind that cannot be taken."""
    rows = _rows(lines)
    if next(rows, None) != ["META"]:
        raise Unreadable("This is no Pabulib file: it does not begin with META.")
    parts: dict[str, list[dict[str, str]]] = {part: [] for part in PARTS}
    part = "META"
    head: list[str] = []
    for row in rows:
        if len(row) == 1 and row[0] in PARTS:
            part, head = row[0], []
        elif not head:
            head = row
        else:
            parts[part].append(dict(zip(head, row, strict=False)))
    meta = {row.get("key", ""): row.get("value", "") for row in parts["META"]}
    return _checked(meta, parts["PROJECTS"], parts["VOTES"])


def _rows(lines: Iterable[str]) -> Iterator[list[str]]:
    for row in csv.reader(lines, delimiter=";"):
        if cells := [cell.strip() for cell in row]:
            yield cells


def _checked(meta: dict[str, str], projects: list[dict[str, str]], votes: list[dict[str, str]]) -> PabulibFile:
    kind = meta.get("vote_type", "")
    if kind not in {APPROVAL, *SCORES}:
        raise Unreadable(f"Votes of the type “{kind}” cannot be counted here: only approval and scoring can.")
    listed = {row["project_id"]: _listed(row) for row in projects if row.get("project_id")}
    if not listed:
        raise Unreadable("The file lists no projects.")
    file = PabulibFile(meta, listed)
    for row in votes:
        _take(file, row)
    return file


def _listed(row: dict[str, str]) -> Listed:
    return Listed(row.get("name") or row["project_id"], _number(row.get("cost") or "0", row["project_id"]))


def _take(file: PabulibFile, row: dict[str, str]) -> None:
    """Take one ballot, or say what of it cannot be taken."""
    voter, named = row.get("voter_id", "?"), [p for p in (row.get("vote") or "").split(",") if p]
    points = [word for word in (row.get("points") or "").split(",") if word] if file.is_by_score else []
    if file.is_by_score and len(points) != len(named):
        file.left_out.append(f"voter {voter}: not as many points as projects; the ballot is left out")
        return
    given: dict[str, int] = {}
    for number, project in enumerate(named):
        if project not in file.projects:
            file.left_out.append(f"voter {voter}: there is no project {project}")
        elif project in given:
            file.left_out.append(f"voter {voter}: project {project} is named twice and counts once")
        else:
            given[project] = _points(points[number], voter) if points else 1
    given = {project: value for project, value in given.items() if value}
    if given:
        file.ballots.append(given)
    else:
        file.left_out.append(f"voter {voter}: the ballot says nothing and is left out")


def _points(word: str, voter: str) -> int:
    value = _number(word, f"voter {voter}")
    if value != int(value) or not 0 <= value <= MOST_POINTS:
        raise Unreadable(f"Voter {voter} gives {word} points; here it is 0 to {MOST_POINTS}, in whole points.")
    return int(value)


def _number(word: str, where: str) -> Decimal:
    try:
        number = Decimal(word.replace(",", "."))
    except InvalidOperation:
        raise Unreadable(f"{where}: “{word}” is no number.") from None
    if not number.is_finite() or number < 0:
        raise Unreadable(f"{where}: “{word}” is no amount.")
    return number
