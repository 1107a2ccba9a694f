"""考评方案: written as a draft, frozen by its first round, changed only as a new version."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from evaluations.models import EvaluatorGroup, Indicator, Scheme
from evaluations.models.schemes import HOUSEHOLDS
from evaluations.wording import plain

PRESETS = Path(__file__).resolve().parent.parent / "fixtures" / "schemes"
HUNDRED = Decimal(100)
Status = Scheme.Status


@dataclass(frozen=True)
class Problem:
    """What does not add up, and where: at an indicator, or, without one, at the scheme or its groups."""

    message: str
    indicator: Indicator | None = None


@transaction.atomic
def create(region: Region, *, name: str, by: User, **fields: Any) -> Scheme:
    """Begin an empty scheme of a street."""
    scheme = Scheme(region=region, name=name, **fields)
    scheme.begin(by=by)
    return scheme


@transaction.atomic
def edit(scheme: Scheme, *, by: User, **fields: Any) -> None:
    """Change a draft: its name, thresholds, rounding."""
    for name, value in fields.items():
        setattr(scheme, name, value)
    scheme.save(update_fields=fields.keys())


@transaction.atomic
def from_preset(region: Region, *, by: User, preset: str = "default") -> Scheme:
    """Give a street the seeded scheme of 100 points, as a draft to adapt."""
    data = json.loads((PRESETS / f"{preset}.json").read_text(encoding="utf-8"))
    scheme = Scheme(region=region, **data["scheme"])
    scheme.version = _next_version(scheme)
    scheme.begin(by=by)
    groups = {row["code"]: scheme.groups.create(**row) for row in data["groups"]}
    _plant(scheme, data["indicators"], None, groups)
    scheme.refresh_from_db()  # its points are numbers now, not the preset's strings
    return scheme


def _plant(
    scheme: Scheme, rows: list[dict[str, Any]], parent: Indicator | None, groups: dict[str, EvaluatorGroup]
) -> None:
    for row in rows:
        fields = {name: value for name, value in row.items() if name not in {"children", "groups"}}
        order = scheme.indicators.count() + 1
        indicator = scheme.indicators.create(parent=parent, order=order, **fields)
        indicator.groups.set([groups[code] for code in row.get("groups", [])])
        _plant(scheme, row.get("children", []), indicator, groups)


@transaction.atomic
def revise(scheme: Scheme, *, by: User) -> Scheme:
    """Begin the next version of a scheme, with everything in it copied; the old one stays as it is."""
    later: Scheme = _copy(scheme, status="", previous=scheme, version=_next_version(scheme))
    later.begin(by=by, reason=_("New version of %(scheme)s") % {"scheme": scheme})
    groups = {group.code: _copied(group, scheme=later) for group in scheme.groups.all()}
    copies: dict[int | None, Indicator | None] = {None: None}
    for old in in_order(scheme):
        new = copies[old.pk] = _copied(old, scheme=later, parent=copies[old.parent_id])
        new.groups.set([groups[group.code] for group in old.groups.all()])
    for gate in scheme.gates.all():
        _copied(gate, scheme=later, indicator=copies[gate.indicator_id])
    return later


def _copy(row: Any, **fields: Any) -> Any:
    new = type(row)(**{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key})
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _copied(row: Any, **fields: Any) -> Any:
    new = _copy(row, **fields)
    new.save(force_insert=True)
    return new


def _next_version(scheme: Scheme) -> int:
    same = Scheme.objects.filter(region=scheme.region, name=scheme.name)
    return int(same.aggregate(last=Max("version"))["last"] or 0) + 1


@transaction.atomic
def freeze(scheme: Scheme, *, by: User) -> None:
    """Put a draft to use; from now on the database refuses to change it. Refused while something does not add up."""
    found = problems(scheme)
    if found:
        raise Refused(" ".join(problem.message for problem in found[:5]), code="scheme_has_problems")
    scheme.move(Status.IN_USE, by=by)


def retire(scheme: Scheme, *, by: User, reason: str) -> None:
    """Take a scheme out of use; the rounds held by it keep it."""
    scheme.move(Status.RETIRED, by=by, reason=reason)


def in_order(scheme: Scheme) -> list[Indicator]:
    """The indicators as one reads them: each heading before what belongs to it; `depth` says how deep it is."""
    below: dict[int | None, list[Indicator]] = defaultdict(list)
    for indicator in scheme.indicators.order_by("order", "id").prefetch_related("groups"):
        below[indicator.parent_id].append(indicator)

    def walk(parent: int | None, depth: int) -> list[Indicator]:
        rows = []
        for indicator in below.pop(parent, []):
            indicator.depth = depth  # type: ignore[attr-defined]
            rows += [indicator, *walk(indicator.pk, depth + 1)]
        return rows

    return walk(None, 0)


def problems(scheme: Scheme) -> list[Problem]:
    """What does not add up in a scheme, place by place; empty when it can be used."""
    rows = in_order(scheme)
    below: dict[int | None, list[Indicator]] = defaultdict(list)
    for row in rows:
        below[row.parent_id].append(row)
    found = [*_of_groups(scheme), *_of_sum(scheme.full_points, Indicator.Kind.SCORE, below[None], None)]
    if len(rows) != scheme.indicators.count():
        found.append(Problem(_("Some indicators belong to each other in a circle.")))
    for row in rows:
        found += _of_leaf(row, below[row.pk]) if row.is_leaf else _of_heading(row, below[row.pk])
    return found + _of_gates(scheme)


def _of_gates(scheme: Scheme) -> list[Problem]:
    """A condition that no project can meet would close its grade for good."""
    message = _("%(grade)s needs %(needed)s points of “%(where)s”, which gives %(given)s at most.")
    found = []
    for gate in scheme.gates.select_related("indicator"):
        row = gate.indicator
        if not row.is_leaf or gate.at_least > row.weight:
            given = plain(row.weight) if row.is_leaf else "0"
            words = {"grade": gate.grade, "needed": plain(gate.at_least), "where": row, "given": given}
            found.append(Problem(message % words, row))
    return found


def _of_groups(scheme: Scheme) -> list[Problem]:
    total = sum((group.weight for group in scheme.groups.all()), Decimal(0))
    message = _("The weights of the evaluator groups add up to %(sum)s instead of 100.") % {"sum": plain(total)}
    return [*([] if total == HUNDRED else [Problem(message)]), *_of_households(scheme)]


def _of_households(scheme: Scheme) -> list[Problem]:
    """The household survey gives one mark: there is nothing to trim, and no more of them to wait for."""
    group = next((group for group in scheme.groups.all() if group.code == HOUSEHOLDS), None)
    if group is None or (group.method != EvaluatorGroup.Method.TRIMMED_MEAN and group.minimum <= 1):
        return []
    return [Problem(_("Surveyed households give one mark together: take the mean, from one mark on."))]


def _of_sum(expected: Decimal, kind: str, rows: list[Indicator], at: Indicator | None) -> list[Problem]:
    """Bonus and veto items stand beside the sum of what is scored."""
    total = sum((row.weight for row in rows if row.kind == kind), Decimal(0))
    if total == expected:
        return []
    where = {"where": at or _("The top level"), "sum": plain(total), "expected": plain(expected)}
    return [Problem(_("%(where)s: the parts add up to %(sum)s points instead of %(expected)s.") % where, at)]


def _of_heading(row: Indicator, parts: list[Indicator]) -> list[Problem]:
    if not parts:
        return [Problem(_("%(where)s: a heading has parts; an indicator has full marks.") % {"where": row}, row)]
    return _of_sum(row.weight, row.kind, parts, row)


def _of_leaf(row: Indicator, parts: list[Indicator]) -> list[Problem]:
    found = []
    if parts:
        found.append(Problem(_("%(where)s: what has parts has no full marks of its own.") % {"where": row}, row))
    if not row.groups.all():
        found.append(Problem(_("%(where)s: no group marks it.") % {"where": row}, row))
    if row.method != Indicator.Method.SURVEY and any(group.code == HOUSEHOLDS for group in row.groups.all()):
        words = _("%(where)s: surveyed households mark only what is looked at by household survey.")
        found.append(Problem(words % {"where": row}, row))
    return found
