"""名册导入: a roll from a spreadsheet, previewed row by row; nothing is saved until it is confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities import tables
from communities.encryption import index_of
from communities.models import Refused, Region, Resident, RollImport, StatusChange, User
from communities.phones import normalise

from . import sheet_imports
from .audit import Kind, write
from .residents import match_phones

# The headings of the spreadsheet, which is Chinese whatever the language of the page.
NAME, PHONE, ADDRESS, GRID, HOUSEHOLD, REPRESENTATIVE = "姓名", "手机号", "住址", "网格", "户号", "居民代表"
HEADINGS = {NAME: "name", PHONE: "phone", ADDRESS: "address", GRID: "grid", HOUSEHOLD: "household"}
COLUMNS = [*HEADINGS, REPRESENTATIVE]
YES_NO = {"是": True, "否": False, "": False}
EXAMPLE = ["张三", "13800001234", "1幢2单元301室", "第一网格", "0101", "否"]
LONGEST = {NAME: 64, ADDRESS: 255, GRID: 32, HOUSEHOLD: 64}


def preview(region: Region, *, content: bytes, name: str, by: User, at: datetime | None = None) -> RollImport:
    """Check a spreadsheet row by row against itself and the roll, and keep what it would add for a day."""
    good, bad = _sort_out(sheet_imports.read(content, region, columns=[NAME, PHONE]), region)
    roll = RollImport(region=region)
    sheet_imports.keep(roll, name=name, good=good, bad=bad, by=by, at=at or now())
    return roll


@transaction.atomic
def confirm(roll: RollImport, *, by: User) -> int:
    """Put the good rows on the roll and recognise those who have signed in before; how many were added."""
    if not roll.rows["good"]:
        raise Refused(_("There is no row that could be added."), code="no_rows")
    rows = sheet_imports.confirm(roll, by=by)
    added = Resident.objects.bulk_create((_resident(roll.region, fields) for fields in rows), batch_size=500)
    kind = ContentType.objects.get_for_model(Resident)
    about: dict[str, Any] = {"content_type": kind, "region": roll.region, "actor": by, "new": Resident.Status.VERIFIED}
    StatusChange.objects.bulk_create(
        (StatusChange(object_id=resident.pk, reason=roll.file_name, **about) for resident in added), batch_size=500
    )
    match_phones([resident.phone_index for resident in added], by=by)
    return len(added)


def template() -> list[list[str]]:
    """An empty roll to fill in, with one example row."""
    return [COLUMNS, EXAMPLE]


def take_errors(roll: RollImport, *, by: User) -> list[list[str]]:
    """The rows that could not be taken, as they were, with what is wrong; to be mended and uploaded again.

    They name people in full, so it is audited who took them.
    """
    write(Kind.EXPORTED, by=by, place=roll.region, what="roll errors", roll_import=roll.pk, rows=roll.bad_count)
    return sheet_imports.errors_of(roll, columns=COLUMNS)


def _resident(region: Region, fields: dict[str, Any]) -> Resident:
    index = index_of(fields["phone"]) if fields["phone"] else ""
    return Resident(region=region, status=Resident.Status.VERIFIED, phone_index=index, **fields)


def _sort_out(lines: list[tables.Line], region: Region) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    good, bad = [], []
    seen: dict[Any, int] = {}
    on_roll = _identities_of(region)
    for line, cells in lines:
        fields, faults = _fields(cells)
        identity = _identity(fields["name"], fields["phone"] and index_of(fields["phone"]), fields["address"])
        if not faults:
            faults = list(_doubles(identity, seen, on_roll))
            seen.setdefault(identity, line)
        if faults:
            kept = {column: cells.get(column, "") for column in COLUMNS}
            bad.append({"line": line, "cells": kept, "error": "；".join(faults)})
        else:
            good.append(fields)
    return good, bad


def _fields(cells: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """What a row says, and what is wrong with it."""
    fields: dict[str, Any] = {name: cells.get(heading, "") for heading, name in HEADINGS.items()}
    faults = list(_faults(cells))
    if fields["phone"]:
        try:
            fields["phone"] = normalise(fields["phone"])
        except Refused as no:
            faults.append(str(no))
    fields["is_representative"] = YES_NO.get(cells.get(REPRESENTATIVE, ""), False)
    return fields, faults


def _faults(cells: dict[str, str]) -> Iterator[str]:
    if not cells.get(NAME):
        yield _("The name is missing.")
    for heading, count in LONGEST.items():
        if len(cells.get(heading, "")) > count:
            yield _("%(column)s is longer than %(count)d characters.") % {"column": heading, "count": count}
    if cells.get(REPRESENTATIVE, "") not in YES_NO:
        yield _("In the column %(column)s only 是 or 否 can stand.") % {"column": REPRESENTATIVE}


def _identity(name: str, phone_index: str, address: str) -> Any:
    """Whom a row means: the phone's owner, or without a phone whoever of this name lives at this address."""
    return phone_index or (name, address)


def _identities_of(region: Region) -> set[Any]:
    rows = Resident.objects.filter(region=region).current().values_list("name", "phone_index", "address")
    return {_identity(*row) for row in rows}


def _doubles(identity: Any, seen: dict[Any, int], on_roll: set[Any]) -> Iterator[str]:
    if isinstance(identity, str):  # a phone's owner
        in_file = _("This phone number stands in line %(line)d already.")
        before = _("Somebody on this roll already has this phone number.")
    else:
        in_file = _("The same person stands in line %(line)d already.")
        before = _("This person is on the roll already.")
    if identity in seen:
        yield in_file % {"line": seen[identity]}
    if identity in on_roll:
        yield before
