"""现场打分: what a device sends of a sheet, in small pieces and perhaps days later, is taken once or asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Value
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from evaluations.models import Indicator, Mark, MarkChange, ScoreSheet
from evaluations.services import sheets
from evaluations.services.drafts import SEALED, check_open, check_ranges

# What a member gives an indicator: the value, or None to abstain, and the evidence or the reason.
Given = tuple[Decimal | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One mark as it was typed on a device; `based_on` is the change that the device last knew of, None for none."""

    key: UUID
    indicator: Indicator
    value: Decimal | None
    note: str
    based_on: UUID | None
    typed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What the platform has of an indicator: the mark, its note, and the change that made them so."""

    value: Decimal | None
    note: str
    change: UUID | None


@transaction.atomic
def take(
    sheet: ScoreSheet, *, changes: Sequence[Change], by: User, whole_page: bool = False, at: datetime | None = None
) -> None:
    """Take what a device sends; what was taken before stays as it is. Of a `whole_page`, what differs is a change.

    Where another device changed the same mark meanwhile, nothing is taken and both marks are named (code
    `conflict`); the person chooses, and the device sends the choice based on what it has now seen.
    """
    at = at or now()
    is_draft = _hold(sheet, at)
    kept, taken = _known(sheet, [change.key for change in changes])
    new = [change for change in changes if change.key not in taken and not (whole_page and _is_there(change, kept))]
    if not new:
        return
    _check(sheet, new, is_draft=is_draft, at=at)
    _refuse_conflicts(sheet, [(change, kept[change.indicator.pk]) for change in new if _differs(change, kept)])
    _write(sheet, new, at)


@transaction.atomic
def save(sheet: ScoreSheet, *, marks: Mapping[Indicator, Given], by: User, at: datetime | None = None) -> None:
    """Keep marks in a draft whatever stands there; those not given stay. `marks` holds indicators that are asked."""
    at = at or now()
    is_draft = _hold(sheet, at)
    kept, _taken = _known(sheet, ())
    given = [
        Change(key=uuid4(), indicator=each, value=value, note=note, based_on=None)
        for each, (value, note) in marks.items()
    ]
    _check(sheet, given, is_draft=is_draft, at=at)
    _write(sheet, [change for change in given if not _is_there(change, kept)], at)


def _hold(sheet: ScoreSheet, at: datetime) -> bool:
    """Whether it is a draft. Changing the row locks it: of two devices one waits and then finds what the other did."""
    return bool(ScoreSheet.objects.drafts().filter(pk=sheet.pk).update(saved_at=at))


def _check(sheet: ScoreSheet, new: Sequence[Change], *, is_draft: bool, at: datetime) -> None:
    check_open(sheet, at)
    if not is_draft:
        raise Refused(SEALED, code="sheet_is_sealed")
    check_ranges({change.indicator: change.value for change in new})


def _known(sheet: ScoreSheet, keys: Iterable[UUID]) -> tuple[dict[int, Kept], set[UUID]]:
    """The sheet's marks, and which of these changes were already taken; in one query."""
    parts = ["indicator_id", "value", "note"]
    marks = Mark.objects.filter(sheet=sheet).order_by().values_list("change", *parts, Value(True))
    taken = MarkChange.objects.filter(sheet=sheet, key__in=list(keys)).values_list("key", *parts, Value(False))
    rows = list(marks.union(taken, all=True))
    kept = {row[1]: Kept(value=row[2], note=row[3], change=row[0]) for row in rows if row[4]}
    return kept, {row[0] for row in rows if not row[4]}


def _is_there(change: Change, kept: Mapping[int, Kept]) -> bool:
    """Whether it says what is stored already; where nothing is stored, an empty mark says so."""
    there = kept.get(change.indicator.pk)
    return (change.value, change.note) == ((there.value, there.note) if there else (None, ""))


def _differs(change: Change, kept: Mapping[int, Kept]) -> bool:
    """Whether somebody's other device has meanwhile written something else there."""
    there = kept.get(change.indicator.pk)
    return there is not None and there.change != change.based_on and not _is_there(change, kept)


def _refuse_conflicts(sheet: ScoreSheet, pairs: list[tuple[Change, Kept]]) -> None:
    if not pairs:
        return
    # The mark may have come from an earlier version of the sheet.
    of_all = MarkChange.objects.filter(sheet__rating=sheet.rating_id, sheet__member=sheet.member_id)
    keys = [there.change for _mine, there in pairs if there.change]
    when: dict[UUID | None, datetime] = dict(of_all.filter(key__in=keys).values_list("key", "at"))
    raise Refused(
        _("Another device gave a different mark meanwhile. Both are kept; please choose."),
        code="conflict",
        details={"conflicts": [_both(mine, there, when.get(there.change)) for mine, there in pairs]},
    )


def _both(mine: Change, there: Kept, at: datetime | None) -> dict[str, Any]:
    return {
        "indicator": mine.indicator.code,
        "key": mine.key,
        "yours": {"value": _shown(mine.value), "note": mine.note, "typed_at": mine.typed_at},
        "theirs": {"value": _shown(there.value), "note": there.note, "change": there.change, "at": at},
    }


def _shown(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _write(sheet: ScoreSheet, new: Sequence[Change], at: datetime) -> None:
    """The marks as they are from now on, and the record of how they came to be so."""
    sheet.saved_at = at
    Mark.objects.bulk_create(
        [Mark(sheet=sheet, indicator=c.indicator, value=c.value, note=c.note, change=c.key) for c in new],
        update_conflicts=True,
        unique_fields=["sheet", "indicator"],
        update_fields=["value", "note", "change"],
    )
    MarkChange.objects.bulk_create(
        MarkChange(
            sheet=sheet, indicator=c.indicator, key=c.key, value=c.value, note=c.note, typed_at=c.typed_at, at=at
        )
        for c in new
    )


@transaction.atomic
def submit(sheet: ScoreSheet, *, seen: Mapping[str, UUID | None], by: User, at: datetime | None = None) -> ScoreSheet:
    """Seal a sheet as a device has seen it (indicator → change); what it has not seen is asked about first."""
    locked: ScoreSheet = ScoreSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if not locked.is_sealed:
        _refuse_unseen(sheet, seen)
    return sheets.submit(sheet, by=by, at=at)


def _refuse_unseen(sheet: ScoreSheet, seen: Mapping[str, UUID | None]) -> None:
    marks = sheet.marks.select_related("indicator")
    unseen = [mark for mark in marks if seen.get(mark.indicator.code) != mark.change]
    if unseen:
        raise Refused(
            _("Another device changed this sheet meanwhile. Please look it over and submit again."),
            code="conflict",
            details={"conflicts": [_theirs(mark) for mark in unseen]},
        )


def _theirs(mark: Mark) -> dict[str, Any]:
    theirs = {"value": _shown(mark.value), "note": mark.note, "change": mark.change, "at": None}
    return {"indicator": mark.indicator.code, "theirs": theirs}
