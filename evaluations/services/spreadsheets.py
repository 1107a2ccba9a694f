"""考评方案表: a scheme written as a spreadsheet, and a new version made of one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from communities.models import Refused, Region, User
from evaluations import scheme_sheet
from evaluations.models import EvaluatorGroup, Gate, Indicator, Scheme


@transaction.atomic
def take_in(region: Region, *, content: bytes, by: User) -> Scheme:
    """Make a draft of what a spreadsheet says; where the street has a scheme of this name, the next version of it."""
    sheet = scheme_sheet.read(content)
    earlier = Scheme.objects.filter(region=region, name=sheet.settings["name"]).order_by("-version").first()
    scheme = Scheme(region=region, previous=earlier, **sheet.settings)
    scheme.version = earlier.version + 1 if earlier else 1
    _check(scheme)
    scheme.begin(by=by)
    groups = {row["code"]: scheme.groups.create(**row) for row in scheme_sheet.lines_of(sheet.parts[EvaluatorGroup])}
    indicators = _plant(scheme, sheet, groups)
    for row in scheme_sheet.lines_of(sheet.parts[Gate]):
        Gate.objects.create(scheme=scheme, **{**row, "indicator": indicators[row["indicator"]]})
    return scheme


def _check(scheme: Scheme) -> None:
    try:
        scheme.full_clean(exclude=["status"])
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code="bad_sheet") from error


def _plant(scheme: Scheme, sheet: scheme_sheet.Sheet, groups: dict[str, EvaluatorGroup]) -> dict[str, Indicator]:
    """The indicators in the order of the sheet; headings may stand below what belongs to them."""
    made: dict[str, Indicator] = {}
    rows: list[dict[str, Any]] = list(scheme_sheet.lines_of(sheet.parts[Indicator]))
    for order, row in enumerate(rows, start=1):
        fields = {name: value for name, value in row.items() if name not in {"parent", "groups"}}
        indicator = made[row["code"]] = scheme.indicators.create(order=order, **fields)
        indicator.groups.set([groups[code] for code in row["groups"]])
    for row in rows:
        if row["parent"]:
            made[row["code"]].parent = made[row["parent"]]
            made[row["code"]].save(update_fields=["parent"])
    return made
