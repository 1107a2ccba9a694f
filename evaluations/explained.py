"""What an explanation of a grade consists of; members are numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from evaluations.survey_report import SurveyLine


@dataclass(frozen=True)
class Voice:
    """One member's mark; the member is a number, the same in the whole explanation (none for a survey)."""

    number: int | None
    value: str

    @property
    def sign(self) -> str:
        return "" if self.number is None else sign_of(self.number)


CIRCLED = 20


def sign_of(number: int) -> str:
    """A member's number as it stands behind a mark: ③ for 3."""
    return chr(ord("①") + number - 1) if number <= CIRCLED else f"({number})"


@dataclass(frozen=True)
class GroupLine:
    """One group's figure for one indicator, whole (`mean`) and for reading (`shown`).

    `few` says what happened when there were fewer marks than it asks for.
    """

    name: str
    weight: str
    method: str
    used: list[Voice]
    dropped: list[Voice]
    missing: list[int]
    mean: str
    shown: str
    few: str

    @property
    def missing_signs(self) -> list[str]:
        return [sign_of(number) for number in self.missing]


@dataclass(frozen=True)
class Line:
    """A heading or an indicator of the tree, with the points it gave and how they are reckoned."""

    code: str
    name: str
    depth: int
    weight: str
    full: str
    is_leaf: bool
    kind: str
    mean: str
    points: str
    reckoning: str
    groups: list[GroupLine]


@dataclass(frozen=True)
class Condition:
    """What a grade needs besides the total, and whether it was met."""

    text: str
    is_met: bool


@dataclass(frozen=True)
class Decision:
    """How an appeal against the grade was decided, and what it changed."""

    status: str
    outcome: str
    answer: str
    before: str
    after: str


@dataclass(frozen=True)
class Explanation:
    """A whole grade: nothing is left out and no figure is shortened, except where “…” says so."""

    project: str
    round: str
    scheme: str
    status: str
    total: str
    grade: str
    bonus: str
    bonus_cap: str
    reckoning: str
    thresholds: list[tuple[str, str]]
    conditions: list[Condition]
    gated: list[str]
    rounding: str
    missing: list[str]
    vetoed: list[str]
    recused: int
    lines: list[Line]
    surveys: list[SurveyLine]
    input_hash: str
    scoring_version: str
    appeal: Decision | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
