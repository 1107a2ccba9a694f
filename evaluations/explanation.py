"""How a grade came about, figure by figure, in words for the team; marks are shown without names."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from evaluations.models import Indicator, Rating, Scheme
from evaluations.models.schemes import GROUPS
from evaluations.services import numbers
from evaluations.services.schemes import in_order
from evaluations.survey_report import SurveyLine, survey_lines


@dataclass(frozen=True)
class Voice:
    """One member's mark; the member is a number, the same in the whole explanation (none for a survey)."""

    number: int | None
    value: str

    def __str__(self) -> str:
        return self.value if self.number is None else f"{self.value} ({self.number})"


@dataclass(frozen=True)
class GroupLine:
    """One group's figure for one indicator."""

    name: str
    weight: str
    used: list[Voice]
    dropped: list[Voice]
    mean: str
    below_minimum: bool


@dataclass(frozen=True)
class Line:
    """A heading or an indicator of the tree, with the points it gave."""

    code: str
    name: str
    depth: int
    weight: str
    is_leaf: bool
    kind: str
    mean: str
    points: str
    groups: list[GroupLine]


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
    """A whole grade."""

    project: str
    round: str
    scheme: str
    status: str
    total: str
    grade: str
    bonus: str
    thresholds: list[tuple[str, str]]
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


def explain(rating: Rating) -> Explanation:
    """Everything behind the grade of a rating."""
    scheme, data = rating.round.scheme, rating.breakdown or {}
    assert scheme is not None  # noqa: S101 (a rating with figures has a scheme; the database holds it)
    figures = {figure["code"]: figure for figure in data.get("indicators", [])}
    return Explanation(
        project=str(rating.project),
        round=str(rating.round),
        scheme=str(scheme),
        status=str(rating.get_status_display()),
        total=rating.shown_total,
        grade=rating.grade,
        bonus=data.get("bonus") or "0",
        thresholds=[(grade, f"{threshold.normalize():f}") for grade, threshold in scheme.thresholds()],
        rounding=rounding_of(scheme),
        missing=data.get("missing", []),
        vetoed=data.get("vetoed", []),
        recused=len(data.get("recused", [])),
        lines=_lines(scheme, figures, _numbers(rating)),
        surveys=survey_lines(rating),
        input_hash=rating.input_hash,
        scoring_version=rating.scoring_version,
        appeal=_decision(rating),
    )


def _numbers(rating: Rating) -> dict[str, int]:
    return {str(member.pk): number for number, member in numbers.members_of(rating).items()}


def _decision(rating: Rating) -> Decision | None:
    if (appeal := rating.decided_appeal) is None:
        return None
    outcome = str(appeal.get_status_display())
    return Decision(appeal.status, outcome, appeal.answer, appeal.before, appeal.after)


def rounding_of(scheme: Scheme) -> str:
    """The rounding step in words."""
    levels = [_("the total")]
    if scheme.round_indicators:
        levels.insert(0, _("the points of each indicator"))
    if scheme.round_groups:
        levels.insert(0, _("the figure of each group"))
    where = {"levels": ", ".join(levels), "places": scheme.places}
    return _("Rounded half up to %(places)s decimal places: %(levels)s.") % where


def _lines(scheme: Scheme, figures: dict[str, Any], known: dict[str, int]) -> list[Line]:
    rows = in_order(scheme)
    sums = _sums(rows, figures)
    weights = {group.code: group.weight for group in scheme.groups.all()}
    return [_line(row, figures.get(row.code, {}), sums[row.pk], weights, known) for row in rows]


def _sums(rows: list[Indicator], figures: dict[str, Any]) -> dict[int, Decimal | None]:
    """Points of each indicator, and of each heading what its parts gave together."""
    sums: dict[int, Decimal | None] = {}
    for row in reversed(rows):
        points = figures.get(row.code, {}).get("points")
        if row.is_leaf:
            sums[row.pk] = None if points is None else Decimal(points)
        parts = sums.setdefault(row.pk, Decimal(0))
        if row.parent_id and parts is not None:
            sums[row.parent_id] = (sums.get(row.parent_id) or Decimal(0)) + parts
    return sums


def _line(
    row: Indicator,
    figure: dict[str, Any],
    points: Decimal | None,
    weights: dict[str, Decimal],
    known: dict[str, int],
) -> Line:
    return Line(
        code=row.code,
        name=row.local_name,
        depth=row.depth,  # type: ignore[attr-defined]
        weight=f"{row.weight.normalize():f}",
        is_leaf=row.is_leaf,
        kind=row.kind,
        mean=_short(figure.get("mean")),
        points="" if points is None else _short(str(points)),
        groups=[_group(group, weights, known) for group in figure.get("groups", [])],
    )


def _group(group: dict[str, Any], weights: dict[str, Decimal], known: dict[str, int]) -> GroupLine:
    return GroupLine(
        name=str(dict(GROUPS)[group["code"]]),
        weight=f"{weights[group['code']].normalize():f}",
        used=[Voice(known.get(voice["member"]), voice["value"]) for voice in group["used"]],
        dropped=[Voice(known.get(voice["member"]), voice["value"]) for voice in group["dropped"]],
        mean=_short(group["mean"]),
        below_minimum=group["below_minimum"],
    )


SHOWN_PLACES = 6


def _short(figure: str | None) -> str:
    """A figure for reading: at most six places."""
    if figure is None:
        return ""
    places = len(figure.partition(".")[2])
    short = Decimal(figure).quantize(Decimal(1).scaleb(-min(places, SHOWN_PLACES)), ROUND_HALF_UP)
    return f"{short:f}"
