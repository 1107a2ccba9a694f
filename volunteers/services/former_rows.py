"""历史记录核对: the rows of a spreadsheet sorted against who is a volunteer here and what was taken over before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities import tables
from communities.encryption import index_of
from communities.models import Refused, Region
from communities.phones import normalise
from volunteers import former_sheet as sheet
from volunteers.day_limits import Span, overfull
from volunteers.models import ActivityKind, Attendance, FormerHours, OpeningBalance, Volunteer

Key = tuple[Any, ...]
NUMBER_LENGTH = 8


@dataclass
class Sorted:
    """What can be taken over, how many rows were taken over before, and what is wrong with the others."""

    good: list[dict[str, Any]] = field(default_factory=list)
    known: int = 0
    bad: list[dict[str, Any]] = field(default_factory=list)


class _Known:
    """All that the rows are held against, read once."""

    def __init__(self, region: Region) -> None:
        people = list(Volunteer.objects.within(region.code).select_related("user"))
        self.by_number = {volunteer.number: volunteer for volunteer in people}
        self.by_phone = {volunteer.user.phone_index: volunteer for volunteer in people if volunteer.user.phone_index}
        self.kinds = {
            word: kind for kind in ActivityKind.objects.all() for word in (kind.name, kind.name_en, kind.code)
        }
        former = FormerHours.objects.standing().within(region.code)
        self.hours = set(former.values_list("volunteer", "first_on", "last_on", "kind", "words", "minutes"))
        self.records, self.stays = _records(region), _stays(region)
        openings = OpeningBalance.objects.within(region.code).standing()
        self.points = dict(openings.values_list("volunteer", "points"))


def _records(region: Region) -> dict[int, list[Span]]:
    """What was taken over of each of the people here, wherever it was."""
    spans: dict[int, list[Span]] = defaultdict(list)
    rows = FormerHours.objects.standing().filter(volunteer__in=Volunteer.objects.within(region.code))
    for pk, first, last, minutes in rows.values_list("volunteer", "first_on", "last_on", "minutes"):
        spans[pk].append(Span(first, last, minutes))
    return spans


def _stays(region: Region) -> dict[int, list[Span]]:
    """The stays of each of the people here that are over and were not turned down."""
    spans: dict[int, list[Span]] = defaultdict(list)
    rows = Attendance.objects.exclude(status=Attendance.Status.REJECTED).exclude(ended_at=None)
    rows = rows.filter(volunteer__in=Volunteer.objects.within(region.code), minutes__gt=0)
    for pk, begins, ends, minutes in rows.values_list("volunteer", "started_at", "ended_at", "minutes"):
        spans[pk].append(Span(localdate(begins), localdate(ends - timedelta(seconds=1)), minutes))
    return spans


def sort_out(lines: list[tables.Line], region: Region, *, today: date) -> Sorted:
    """Every row is good, known from before, or bad with each of its faults; a fault spoils its whole row."""
    known, found = _Known(region), Sorted()
    seen: dict[Key, int] = {}
    for line, cells in lines:
        row = sheet.read(cells, today=today)
        volunteer, kind = _whom(cells, known, row.faults), _kind(cells, known, row)
        things = {} if row.faults or volunteer is None else _things(row, volunteer, kind)
        row.faults += _doubles(things, line, seen, known)
        new = _new(things, known)
        warning = _overfull(row, volunteer, new, known) if volunteer else ""
        if row.faults:
            kept = {column: cells.get(column, "") for column in sheet.COLUMNS}
            found.bad.append({"line": line, "cells": kept, "error": "；".join(dict.fromkeys(row.faults))})
        elif volunteer and new:
            said = {"warning": warning} if warning else {}
            found.good.append({"line": line, "volunteer": volunteer.pk, **_fields(row, kind, new), **said})
        else:
            found.known += 1
    return found


def _whom(cells: dict[str, str], known: _Known, faults: list[str]) -> Volunteer | None:
    number, phone, volunteer = cells.get(sheet.NUMBER, ""), cells.get(sheet.PHONE, ""), None
    if number:
        volunteer = known.by_number.get(number.zfill(NUMBER_LENGTH))  # spreadsheets drop the noughts in front
    elif phone:
        try:
            volunteer = known.by_phone.get(index_of(normalise(phone)))
        except Refused as no:
            faults.append(str(no))
    if (number or phone) and volunteer is None:
        faults.append(_("Nobody is registered as a volunteer here with this number; they register first."))
    elif volunteer and cells.get(sheet.NAME) and volunteer.name.split() != cells[sheet.NAME].split():
        faults.append(_("The name is not the one that is registered with this number."))
    return volunteer


def _kind(cells: dict[str, str], known: _Known, row: sheet.Row) -> ActivityKind | None:
    if not cells.get(sheet.HOURS):
        return None
    kind = known.kinds.get(cells.get(sheet.KIND, ""))
    if kind is None:
        names = "、".join(dict.fromkeys(each.name for each in known.kinds.values()))
        row.faults.append(_("%(column)s is none of: %(names)s.") % {"column": sheet.KIND, "names": names})
    elif not row.words:
        row.words = kind.name
    return kind


def _things(row: sheet.Row, volunteer: Volunteer, kind: ActivityKind | None) -> dict[str, Key]:
    """What a row would add, each by what makes it the same thing again."""
    things: dict[str, Key] = {}
    if row.minutes and kind:
        things["hours"] = (volunteer.pk, row.first_on, row.last_on, kind.pk, row.words, row.minutes)
    if row.points:
        things["points"] = (volunteer.pk, row.points)
    return things


def _doubles(things: dict[str, Key], line: int, seen: dict[Key, int], known: _Known) -> Iterator[str]:
    if (hours := things.get("hours")) and (before := seen.setdefault(hours, line)) != line:
        yield _("The same record stands in line %(line)d already.") % {"line": before}
    if points := things.get("points"):
        if (before := seen.setdefault(points[:1], line)) != line:
            yield _("Points of this person stand in line %(line)d already.") % {"line": before}
        if known.points.get(points[0], points[1]) != points[1]:
            yield _("Other points of this person were taken over before: %(points)d.") % {
                "points": known.points[points[0]]
            }


def _overfull(row: sheet.Row, volunteer: Volunteer, new: set[str], known: _Known) -> str:
    """A fault of the row where days would have more hours than they can; a warning where they have very many."""
    if "hours" not in new or row.faults or not (row.first_on and row.last_on and row.minutes):
        return ""
    span = Span(row.first_on, row.last_on, row.minutes)
    records, stays = known.records[volunteer.pk], known.stays[volunteer.pk]
    if found := overfull(span, records=records, stays=stays):
        said = _("With what is on record from %(first)s to %(last)s, there would be more than 24 hours a day.")
        row.faults.append(said % {"first": found[0], "last": found[1]})
        return ""
    found = overfull(span, records=records, stays=stays, most=sheet.A_DAY_AT_MOST)
    records.append(span)
    said = _("With what is on record from %(first)s to %(last)s, there are more than 16 hours a day; please check.")
    return said % {"first": found[0], "last": found[1]} if found else ""


def _new(things: dict[str, Key], known: _Known) -> set[str]:
    """What of a row was not taken over before."""
    new = set()
    if "hours" in things and things["hours"] not in known.hours:
        new.add("hours")
    if "points" in things and things["points"][0] not in known.points:
        new.add("points")
    return new


def _fields(row: sheet.Row, kind: ActivityKind | None, new: set[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if "hours" in new and kind and row.first_on and row.last_on:
        days = {"first_on": row.first_on.isoformat(), "last_on": row.last_on.isoformat()}
        fields |= {"kind": kind.pk, "words": row.words, "minutes": row.minutes, **days}
    if "points" in new:
        fields["points"] = row.points
    return fields
