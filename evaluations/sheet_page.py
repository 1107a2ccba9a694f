"""What stands on the page of one score sheet."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import Any

from django.utils.timezone import now

from evaluations.forms import SheetForm
from evaluations.models import Indicator, MarkPhoto, ScoreSheet
from evaluations.own_total import best, own_total
from evaluations.services import declarations, schemes


def context_of(sheet: ScoreSheet, form: SheetForm) -> dict[str, Any]:
    """One sheet with its tree, its photos and its place among the member's sheets; a fixed number of queries."""
    round_, scheme = sheet.rating.round, _scheme(sheet)
    values = {pk: mark.value for pk, mark in form.known.items()}
    declared = declarations.of(sheet)
    return {
        "sheet": sheet,
        "project": sheet.rating.project,
        "round": round_,
        "scheme": scheme,
        "form": form,
        "tree": _tree(sheet, form),
        "best": best(form.asked),
        "total": own_total(form.asked, values, scheme),
        "given": sum(1 for mark in form.known.values() if mark.value is not None or mark.note),
        "is_open": round_.is_open(now()),
        "declared": declared,
        "undeclared": sheet.version == 1 and not sheet.is_sealed and declared is None,
        "place": place_of(sheet),
        "versions": list(_versions(sheet)),
    }


def _scheme(sheet: ScoreSheet) -> Any:
    return sheet.rating.round.scheme


def _tree(sheet: ScoreSheet, form: SheetForm) -> list[tuple[Indicator, dict[str, Any] | None]]:
    """Each indicator with its inputs and photos, and the headings above them."""
    photos = defaultdict(list)
    for photo in MarkPhoto.objects.kept().filter(sheet=sheet).select_related("upload"):
        photos[photo.indicator_id].append(photo)
    rows = {row["indicator"].pk: row | {"photos": photos[row["indicator"].pk]} for row in form.rows()}
    tree = schemes.in_order(_scheme(sheet))
    wanted = _with_headings(tree, set(rows))
    return [(each, rows.get(each.pk)) for each in tree if each.pk in wanted]


def _with_headings(tree: list[Indicator], wanted: set[int]) -> set[int]:
    """These indicators and the headings above them; `tree` has each heading before its parts."""
    for each in reversed(tree):
        if each.pk in wanted and each.parent_id:
            wanted = wanted | {each.parent_id}
    return wanted


def place_of(sheet: ScoreSheet) -> dict[str, Any]:
    """Which of the member's sheets in this round it is, and which come before and after it."""
    mine = ScoreSheet.objects.filter(rating__round=sheet.rating.round_id, member=sheet.member_id).not_recused()
    rows = mine.exclude(rating__status="left_out").order_by("rating_id", "-version").values_list("rating_id", "pk")
    newest = [next(group)[1] for _rating, group in groupby(rows, key=lambda row: row[0])]
    if sheet.pk not in newest:
        return {"number": 0, "of": len(newest), "before": None, "after": None}
    here = newest.index(sheet.pk)
    return {
        "number": here + 1,
        "of": len(newest),
        "before": newest[here - 1] if here else None,
        "after": newest[here + 1] if here + 1 < len(newest) else None,
    }


def _versions(sheet: ScoreSheet) -> Any:
    """All versions of this sheet, the first first: a correction leaves the earlier ones as they are."""
    return ScoreSheet.objects.filter(rating=sheet.rating_id, member=sheet.member_id).order_by("version")
