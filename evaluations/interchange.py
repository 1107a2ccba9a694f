"""A scheme, marks and results as JSON: the file format of `manage.py score` and of stored explanations.

Numbers are strings both ways. docs/scoring.md describes the format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from evaluations.scoring import (
    Aggregate,
    BadScheme,
    BelowMinimum,
    Gate,
    Group,
    Indicator,
    Kind,
    Level,
    Mark,
    Method,
    Scheme,
    Score,
    Voice,
)

T = TypeVar("T")


def read(data: Any) -> tuple[Scheme, list[Mark], set[tuple[str, str]]]:
    """The scheme, the marks and the recusals of a file. Raises BadScheme that says where the file is wrong."""
    top = _table(data, "file")
    recused = {
        (_text(row, "project", where), _text(row, "member", where))
        for where, row in _rows(top.get("recused", []), "recused")
    }
    marks = [_mark(row, where) for where, row in _rows(top.get("marks", []), "marks")]
    return read_scheme(top.get("scheme")), marks, recused


def read_scheme(data: Any) -> Scheme:
    table = _table(data, "scheme")
    rounding = _table(table.get("rounding", {}), "rounding")
    cap = table.get("bonus_cap")
    return Scheme(
        groups=tuple(_group(row, where) for where, row in _rows(table.get("groups"), "groups")),
        indicators=tuple(_leaf(row, where) for where, row in _rows(table.get("indicators"), "indicators")),
        grades=tuple(_threshold(pair) for pair in _list(table.get("grades"), "grades")),
        places=_count(rounding, "places", "rounding", 2),
        round_at=frozenset(
            _choice(Level, level, "rounding.at") for level in _list(rounding.get("at", list(Level)), "rounding.at")
        ),
        gates=tuple(
            Gate(
                grade=_text(row, "grade", where),
                indicator=_text(row, "indicator", where),
                at_least=_number(row.get("at_least"), f"{where}.at_least"),
            )
            for where, row in _rows(table.get("gates", []), "gates")
        ),
        bonus_cap=None if cap is None else _number(cap, "bonus_cap"),
    )


def write_scheme(scheme: Scheme) -> dict[str, Any]:
    """A scheme as a file holds it; `read_scheme` makes the same scheme of it again."""
    return {
        "groups": [
            {
                "code": group.code,
                "weight": shown(group.weight),
                "aggregate": {
                    "method": str(group.aggregate.method),
                    "drop_high": group.aggregate.drop_high,
                    "drop_low": group.aggregate.drop_low,
                    "minimum": group.aggregate.minimum,
                    "below_minimum": str(group.aggregate.below_minimum),
                },
            }
            for group in scheme.groups
        ],
        "indicators": [
            {
                "code": leaf.code,
                "full": shown(leaf.full),
                "weight": shown(leaf.weight),
                "groups": list(leaf.groups),
                "kind": str(leaf.kind),
            }
            for leaf in scheme.indicators
        ],
        "rounding": {"places": scheme.places, "at": [str(level) for level in Level if level in scheme.round_at]},
        "grades": [[name, shown(threshold)] for name, threshold in scheme.grades],
        "gates": [
            {"grade": gate.grade, "indicator": gate.indicator, "at_least": shown(gate.at_least)}
            for gate in scheme.gates
        ],
        "bonus_cap": shown(scheme.bonus_cap),
    }


def write(scores: Iterable[Score]) -> dict[str, Any]:
    """The result with every intermediate figure, ready for json.dumps."""
    return {"projects": [write_score(score) for score in scores]}


def write_score(score: Score) -> dict[str, Any]:
    return {
        "project": score.project,
        "total": shown(score.total),
        "grade": score.grade,
        "bonus": shown(score.bonus),
        "missing": list(score.missing),
        "vetoed": list(score.vetoed),
        "gated": list(score.gated),
        "recused": list(score.recused),
        "indicators": [
            {
                "code": figure.code,
                "mean": shown(figure.mean),
                "points": shown(figure.points),
                "weight_used": shown(figure.weight_used),
                "groups": [
                    {
                        "code": group.code,
                        "weight": shown(group.weight),
                        "used": _voices(group.used),
                        "dropped": _voices(group.dropped),
                        "missing": list(group.missing),
                        "mean": shown(group.mean),
                        "points": shown(group.points),
                        "below_minimum": group.below_minimum,
                    }
                    for group in figure.groups
                ],
            }
            for figure in score.indicators
        ],
    }


def marks_in(result: Mapping[str, Any]) -> Iterator[Mark]:
    """The marks in a written result, used, dropped and missing; those of the recused are not in it."""
    project = str(result.get("project", ""))
    for figure in result.get("indicators", []):
        for group in figure["groups"]:
            for voice in (*group["used"], *group["dropped"]):
                yield Mark(project, voice["member"], group["code"], figure["code"], Decimal(voice["value"]))
            for member in group["missing"]:
                yield Mark(project, member, group["code"], figure["code"], None)


def shown(value: Decimal | None) -> str | None:
    """A figure as text: rounded ones keep their places, longer ones lose the zeros at their end."""
    if value is None:
        return None
    text = f"{value:f}"
    has_many = len(text) > LONG and len(text.partition(".")[2]) >= LONG
    return text.rstrip("0").rstrip(".") if has_many else text


LONG = 20


def _voices(voices: Iterable[Voice]) -> list[dict[str, str]]:
    return [{"member": member, "value": f"{value:f}"} for member, value in voices]


def _group(row: Mapping[str, Any], where: str) -> Group:
    how = _table(row.get("aggregate", {}), f"{where}.aggregate")
    method = _choice(Method, how.get("method", "mean"), f"{where}.aggregate.method")
    high, low = (_count(how, name, f"{where}.aggregate", 0) for name in ("drop_high", "drop_low"))
    return Group(
        code=_text(row, "code", where),
        weight=_number(row.get("weight"), f"{where}.weight"),
        aggregate=Aggregate(
            method=method,
            drop_high=high,
            drop_low=low,
            minimum=_count(how, "minimum", f"{where}.aggregate", 1),
            below_minimum=_choice(BelowMinimum, how.get("below_minimum", "untrimmed"), f"{where}.below_minimum"),
        ),
    )


def _leaf(row: Mapping[str, Any], where: str) -> Indicator:
    return Indicator(
        code=_text(row, "code", where),
        full=_number(row.get("full"), f"{where}.full"),
        weight=_number(row.get("weight"), f"{where}.weight"),
        groups=tuple(str(code) for code in _list(row.get("groups"), f"{where}.groups")),
        kind=_choice(Kind, row.get("kind", "score"), f"{where}.kind"),
    )


def _mark(row: Mapping[str, Any], where: str) -> Mark:
    value = row.get("value")
    project, member, group, indicator = (
        _text(row, name, where) for name in ("project", "member", "group", "indicator")
    )
    return Mark(
        project=project,
        member=member,
        group=group,
        indicator=indicator,
        value=None if value is None else _number(value, f"{where}.value"),
    )


def _threshold(pair: Any) -> tuple[str, Decimal]:
    name, threshold = pair if isinstance(pair, list | tuple) and len(pair) == PAIR else (None, None)
    if name is None:
        raise BadScheme('grades: each is a pair like ["5A", "90"]')
    return str(name), _number(threshold, f"grades.{name}")


PAIR = 2


def _rows(data: Any, where: str) -> list[tuple[str, Mapping[str, Any]]]:
    return [(f"{where}[{n}]", _table(row, f"{where}[{n}]")) for n, row in enumerate(_list(data, where))]


def _table(data: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise BadScheme(f"{where}: an object is expected")
    return data


def _list(data: Any, where: str) -> list[Any]:
    if not isinstance(data, list | tuple):
        raise BadScheme(f"{where}: a list is expected")
    return list(data)


def _text(row: Mapping[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if value is None or isinstance(value, bool | list | dict) or str(value) == "":
        raise BadScheme(f"{where}.{name}: is missing")
    return str(value)


def _number(value: Any, where: str) -> Decimal:
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
    raise BadScheme(f"{where}: {value!r} is not a number written as a string")


def _count(row: Mapping[str, Any], name: str, where: str, otherwise: int) -> int:
    value = row.get(name, otherwise)
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadScheme(f"{where}.{name}: {value!r} is not a whole number")
    return value


def _choice(kind: Callable[[Any], T], value: Any, where: str) -> T:
    try:
        return kind(value)
    except ValueError as error:
        raise BadScheme(f"{where}: {value!r} is not known") from error
