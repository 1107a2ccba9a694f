"""历史记录导入: hours and opening balances from a spreadsheet, previewed row by row, and undone as a whole."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from communities.services import sheet_imports
from communities.services.audit import Kind, write
from volunteers import former_sheet as sheet
from volunteers.models import FormerHours, FormerImport, Journal, OpeningBalance, Volunteer

from . import accounts, certificates, journals, pools
from .former_rows import sort_out

Status = FormerImport.Status


def preview(
    region: Region, *, content: bytes, name: str, basis: str, by: User, at: datetime | None = None
) -> FormerImport:
    """Check a spreadsheet row by row, and keep what it would take over for a day; nothing counts yet."""
    at = at or now()
    if not basis.strip():
        raise Refused(_("Say who kept the former record, and on what."), code="reason_needed")
    lines = sheet_imports.read(content, region, columns=[sheet.NAME])
    found = sort_out(lines, region, today=localdate(at))
    made = FormerImport(region=region, basis=basis.strip(), known_count=found.known)
    sheet_imports.keep(made, name=name, good=found.good, bad=found.bad, by=by, at=at)
    return made


@transaction.atomic
def confirm(taken: FormerImport, *, by: User, at: datetime | None = None) -> int:
    """Take the good rows over: hours count from now on, points are posted as opening balances; how many rows."""
    at = at or now()
    if not taken.rows["good"]:
        raise Refused(_("There is no row that could be taken over."), code="no_rows")
    rows = sheet_imports.confirm(taken, by=by)
    locked = Volunteer.objects.select_for_update(of=("self",)).select_related("region").order_by("pk")
    people = {each.pk: each for each in locked.filter(pk__in=[row["volunteer"] for row in rows])}
    hours = [_hours(taken, row, people) for row in rows if row.get("minutes")]
    FormerHours.objects.bulk_create(hours, batch_size=500)
    for row in rows:
        if row.get("points"):
            _open(taken, people[row["volunteer"]], row["points"], by=by, at=at)
    return len(rows)


@transaction.atomic
def undo(taken: FormerImport, *, reason: str, by: User, at: datetime | None = None) -> None:
    """Take an import back as a whole, with the reason: points by reversing journals, hours count no more.

    Refused, and nothing is undone, when somebody has spent the points meanwhile. It can be imported again.
    """
    at = at or now()
    taken.move(Status.UNDONE, by=by, reason=reason)
    for opening in taken.openings.select_related("journal__region", "volunteer").order_by("pk"):
        if opening.stands:
            _reverse(opening, reason=reason, by=by, at=at)
    hours = list(taken.hours.standing().select_related("volunteer"))
    FormerHours.objects.filter(pk__in=[one.pk for one in hours]).update(undone_at=at)
    for one in hours:
        certificates.outdate(one.volunteer, first=one.first_on, last=one.last_on, reason=reason, by=by)


def template() -> list[list[str]]:
    """An empty sheet to fill in, with one example row."""
    return [sheet.COLUMNS, sheet.EXAMPLE]


def take_errors(taken: FormerImport, *, by: User) -> list[list[str]]:
    """The rows that could not be taken, as they were, with what is wrong; to be mended and uploaded again.

    They name people in full, so it is audited who took them.
    """
    write(Kind.EXPORTED, by=by, place=taken.region, what="former record errors", rows=taken.bad_count)
    return sheet_imports.errors_of(taken, columns=sheet.COLUMNS)


def _hours(taken: FormerImport, row: dict[str, Any], people: dict[int, Volunteer]) -> FormerHours:
    days = {name: date.fromisoformat(row[name]) for name in ("first_on", "last_on")}
    said = {"kind_id": row["kind"], "words": row["words"], "minutes": row["minutes"]}
    return FormerHours(source=taken, region=taken.region, volunteer=people[row["volunteer"]], **said, **days)


def _open(taken: FormerImport, volunteer: Volunteer, points: int, *, by: User, at: datetime) -> None:
    """One standing opening balance a person: the key counts those taken back, so that a second meets the first."""
    undone = OpeningBalance.objects.filter(volunteer=volunteer, journal__reversal__isnull=False).count()
    journal = journals.post(
        {accounts.of_volunteer(volunteer): points, pools.issuing_for(taken.region): -points},
        kind=Journal.Kind.OPENING,
        region=taken.region,
        reason=f"期初积分：{taken.basis}",
        reason_en="opening balance, taken over from a former record",
        source=f"formerimport {taken.pk}",
        key=f"opening:{volunteer.pk}:{undone}",
        by=by,
        at=at,
    )
    OpeningBalance.objects.create(
        source=taken, region=taken.region, volunteer=volunteer, points=points, journal=journal
    )


def _reverse(opening: OpeningBalance, *, reason: str, by: User, at: datetime) -> None:
    try:
        journals.reverse(opening.journal, reason=reason, reason_en="import undone", by=by, at=at)
    except Refused as no:
        message = _("Volunteer %(number)s has spent the points meanwhile; nothing was undone.")
        raise Refused(message % {"number": opening.volunteer.number}, code=no.code) from no
