"""The pages of docs/ that are written from the code, so that they cannot be untrue."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django.apps import apps
from django.utils.encoding import force_str
from django.utils.translation import override

from communities.grants import ANYONE, GRANTS, OWNER, Role
from communities.models import Lifecycle

NOTE = "<!-- Written by `make docs`; do not edit. -->"
HOLDERS = {**dict(Role.choices), OWNER: None, ANYONE: None}
ALSO = {OWNER: ("the person it concerns", "当事人"), ANYONE: ("everybody", "任何人")}


def permissions() -> str:
    """docs/permissions.md: every permission × everybody who may hold it."""
    heads = [_in_both(holder) for holder in HOLDERS]
    lines = [
        "# 权限一览 · Who may do what",
        "",
        NOTE,
        "",
        "From `communities/grants.py`. A role holds in its region and everything below it.",
        "“当事人” reaches only what concerns them, “任何人” only what is public.",
    ]
    for app, group in groupby(sorted(GRANTS), key=lambda perm: perm.partition(".")[0]):
        lines += ["", f"## {app}", "", _row(["", *heads]), _row(["---", *(":---:" for _ in heads)])]
        lines += [_row([f"`{perm}`", *("●" if one in GRANTS[perm] else "" for one in HOLDERS)]) for perm in group]
    return "\n".join(lines) + "\n"


def _in_both(holder: str) -> str:
    if holder in ALSO:
        english, chinese = ALSO[holder]
    else:
        english, chinese = _words(Role(holder).label)
    return f"{chinese}<br>{english}"


def lifecycles() -> str:
    """docs/lifecycles.md: the statuses of every noun, and the moves between them."""
    lines = [
        "# 状态与流转 · How things live",
        "",
        NOTE,
        "",
        "“须说明理由”: the move asks for a reason, which is recorded.",
    ]
    for model in _lifecycles():
        lines += ["", *_lifecycle(model)]
    return "\n".join(lines) + "\n"


def _lifecycles() -> list[type[Lifecycle]]:
    return [model for model in apps.get_models() if issubclass(model, Lifecycle)]


def _lifecycle(model: type[Lifecycle]) -> Iterator[str]:
    english, chinese = _words(model._meta.verbose_name)
    yield from (f"## {chinese} · {english} (`{model._meta.label}`)", "", _first_line(model), "")
    yield from ("```mermaid", "stateDiagram-v2")
    statuses = list(model.Status)
    yield f"    [*] --> {statuses[0].value}"
    yield from (f"    {one.value}: {_words(one.label)[1]}" for one in statuses)
    for one in statuses:
        yield from (f"    {one.value} --> {to}" for to in _moves(model, one.value))
    yield from ("```", "", _row(["status", "中文", "English", "can become", "须说明理由"]), _row(["---"] * 5))
    for one in statuses:
        english, chinese = _words(one.label)
        reason = "●" if one.value in {force_str(status) for status in model.NEED_REASON} else ""
        yield _row([f"`{one.value}`", chinese, english, " ".join(f"`{to}`" for to in _moves(model, one.value)), reason])


def _moves(model: type[Lifecycle], status: str) -> list[str]:
    """Where a status leads to, in the order in which the noun declares its statuses."""
    return [one.value for one in model.Status if one.value in model.MOVES.get(status, frozenset())]


def _first_line(model: type[Lifecycle]) -> str:
    return (model.__doc__ or "").strip().partition("\n")[0]


def _words(label: object) -> tuple[str, str]:
    """(English, Chinese) of a translated label."""
    with override("en"):
        english = force_str(label)
    with override("zh-hans"):
        return english, force_str(label)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
