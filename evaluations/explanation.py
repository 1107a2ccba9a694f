"""How a grade came about, figure by figure, in words for the team; members have numbers instead of names."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils.translation import gettext as _

from evaluations.explained import Condition, Decision, Explanation, GroupLine, Line, Voice
from evaluations.models import EvaluatorGroup, Indicator, Rating, Scheme
from evaluations.models.schemes import GROUPS
from evaluations.services import numbers
from evaluations.services.schemes import in_order
from evaluations.survey_report import survey_lines
from evaluations.wording import method_of, plain, rounding_of


def explain(rating: Rating) -> Explanation:
    """Everything behind the grade of a rating."""
    scheme, data = rating.round.scheme, rating.breakdown or {}
    assert scheme is not None  # noqa: S101 (a rating with figures has a scheme; the database holds it)
    figures = {figure["code"]: figure for figure in data.get("indicators", [])}
    rows = in_order(scheme)
    names = {row.code: str(row) for row in rows}
    return Explanation(
        project=str(rating.project),
        round=str(rating.round),
        scheme=str(scheme),
        status=str(rating.get_status_display()),
        total=rating.shown_total,
        grade=rating.grade,
        bonus=data.get("bonus") or "0",
        bonus_cap=plain(scheme.bonus_cap),
        reckoning=_total(rows, figures, data),
        thresholds=[(grade, plain(threshold)) for grade, threshold in scheme.thresholds()],
        conditions=_conditions(scheme, figures),
        gated=data.get("gated", []),
        rounding=rounding_of(scheme),
        missing=[names[code] for code in data.get("missing", [])],
        vetoed=[names[code] for code in data.get("vetoed", [])],
        recused=len(data.get("recused", [])),
        lines=_lines(scheme, rows, figures, numbers_of(rating)),
        surveys=survey_lines(rating),
        input_hash=rating.input_hash,
        scoring_version=rating.scoring_version,
        appeal=_decision(rating),
    )


def numbers_of(rating: Rating) -> dict[str, int]:
    """The number of each member as the marks name them."""
    return {str(member.pk): number for number, member in numbers.members_of(rating).items()}


def _decision(rating: Rating) -> Decision | None:
    if (appeal := rating.decided_appeal) is None:
        return None
    outcome = str(appeal.get_status_display())
    return Decision(appeal.status, outcome, appeal.answer, appeal.before, appeal.after)


def _total(rows: list[Indicator], figures: dict[str, Any], data: dict[str, Any]) -> str:
    """What the total is the sum of."""
    if data.get("total") is None:
        return ""
    kinds: dict[str, Decimal] = {"score": Decimal(0), "bonus": Decimal(0)}
    for row in rows:
        points = figures.get(row.code, {}).get("points")
        if row.is_leaf and points is not None and row.kind in kinds:
            kinds[row.kind] += Decimal(points)
    parts = [_("points of the indicators %(points)s") % {"points": _short(f"{kinds['score']:f}")}]
    if kinds["bonus"]:
        words = {"given": _short(f"{kinds['bonus']:f}"), "counted": data["bonus"]}
        parts.append(_("bonus %(given)s, of which %(counted)s count") % words)
    return " + ".join(parts) + f" = {data['total']}"


def _conditions(scheme: Scheme, figures: dict[str, Any]) -> list[Condition]:
    found = []
    for gate in scheme.gates.select_related("indicator"):
        points = figures.get(gate.indicator.code, {}).get("points") or "0"
        words = {"grade": gate.grade, "indicator": gate.indicator, "points": plain(gate.at_least), "given": points}
        text = _("%(grade)s and better need %(points)s points of “%(indicator)s”; it has %(given)s.") % words
        found.append(Condition(text, Decimal(points) >= gate.at_least))
    return found


def _lines(scheme: Scheme, rows: list[Indicator], figures: dict[str, Any], known: dict[str, int]) -> list[Line]:
    sums = _sums(rows, figures)
    groups = {group.code: group for group in scheme.groups.all()}
    return [_line(row, figures.get(row.code, {}), sums[row.pk], groups, known) for row in rows]


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
    row: Indicator, figure: dict[str, Any], points: Decimal | None, groups: dict[str, EvaluatorGroup], known: Any
) -> Line:
    return Line(
        code=row.code,
        name=row.local_name,
        depth=row.depth,  # type: ignore[attr-defined]
        weight=plain(row.weight),
        full=plain(row.full),
        is_leaf=row.is_leaf,
        kind="" if row.kind == Indicator.Kind.SCORE else str(row.get_kind_display()),
        mean=figure.get("mean") or "",
        points="" if points is None else f"{points:f}",
        reckoning=_reckoning(row, figure),
        groups=[_group(group, groups[group["code"]], known) for group in figure.get("groups", [])],
    )


def _reckoning(row: Indicator, figure: dict[str, Any]) -> str:
    """The sum on paper: (30 × 8.50 + 20 × 7.25) ÷ 50 = 8; 8 × 60 ÷ 10 = 48.00."""
    counted = [group for group in figure.get("groups", []) if group["mean"] is not None]
    if not counted:
        return ""
    mean = _short(figure["mean"])
    points = f"{mean} × {plain(row.weight)} ÷ {plain(row.full)} = {_short(figure['points'])}"
    if len(counted) == 1:
        return points
    parts = " + ".join(f"{_bare(group['weight'])} × {_short(group['mean'])}" for group in counted)
    return f"({parts}) ÷ {_bare(figure['weight_used'])} = {mean}; {points}"


def _group(figure: dict[str, Any], group: EvaluatorGroup, known: dict[str, int]) -> GroupLine:
    has_few = figure["below_minimum"] and (figure["used"] or figure["dropped"])
    return GroupLine(
        name=str(dict(GROUPS)[figure["code"]]),
        weight=plain(group.weight),
        method=method_of(group),
        used=_voices(figure["used"], known),
        dropped=_voices(figure["dropped"], known),
        missing=sorted(known[member] for member in figure["missing"] if member in known),
        mean=figure["mean"] or "",
        shown=_short(figure["mean"] or ""),
        few=str(group.get_below_minimum_display()) if has_few else "",
    )


def _voices(voices: list[dict[str, str]], known: dict[str, int]) -> list[Voice]:
    return [Voice(known.get(voice["member"]), _bare(voice["value"])) for voice in voices]


def _bare(figure: str) -> str:
    return plain(Decimal(figure))


SHOWN_PLACES = 6


def _short(figure: str) -> str:
    """A figure for reading: at most six places, with “…” where it goes on."""
    if len(figure.partition(".")[2]) <= SHOWN_PLACES:
        return figure
    return f"{Decimal(figure).quantize(Decimal(1).scaleb(-SHOWN_PLACES), ROUND_DOWN):f}…"
