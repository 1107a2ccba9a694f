"""历史记录导入: hours and opening balances from a spreadsheet, previewed row by row, and undone again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Refused, Region, User
from communities.services import sheet_imports
from communities.services.audit import Kind, write
from volunteers import former_sheet as sheet
from volunteers.models import FormerHours, FormerImport, Journal, OpeningBalance, Volunteer

from . import accounts, certificates, earnings, journals, pools
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
    """Take an import back, with the reason: everybody's hours count no more, points go by reversing journals.

    Points that somebody has spent meanwhile stay on record (`openings.spent()`). It can be imported again.
    """
    at = at or now()
    taken.locked()
    openings = list(taken.openings.standing().select_related("journal__region").order_by("pk"))
    spent = [one for one in openings if not _taken_back(one, reason=reason, by=by, at=at)]
    taken.move(Status.UNDONE, by=by, reason=_with_note(reason, spent))
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
    """One standing opening balance a person: the key counts those undone, so that a second meets the first.

    Points of an undone import that were spent are set off; where that is more than there is, they stay as they are.
    """
    before = OpeningBalance.objects.filter(volunteer=volunteer)
    undone = before.count() - before.standing().count()
    try:
        with transaction.atomic():
            _post(taken, volunteer, points, key=f"opening:{volunteer.pk}:{undone}", by=by, at=at)
            for spent in before.spent().select_related("journal__region"):
                journals.reverse(spent.journal, reason="重新导入", reason_en="imported anew", by=by, at=at)
    except Refused as no:
        if no.code != earnings.TOO_FEW:
            raise


def _post(taken: FormerImport, volunteer: Volunteer, points: int, *, key: str, by: User, at: datetime) -> None:
    journal = journals.post(
        {accounts.of_volunteer(volunteer): points, pools.issuing_for(taken.region): -points},
        kind=Journal.Kind.OPENING,
        region=taken.region,
        reason=f"期初积分：{taken.basis}",
        reason_en="opening balance, taken over from a former record",
        source=f"formerimport {taken.pk}",
        key=key,
        by=by,
        at=at,
    )
    OpeningBalance.objects.create(
        source=taken, region=taken.region, volunteer=volunteer, points=points, journal=journal
    )


def _taken_back(opening: OpeningBalance, *, reason: str, by: User, at: datetime) -> bool:
    """Reverse the points somebody was given to begin with; False, and they stay, when they were already spent."""
    try:
        journals.reverse(opening.journal, reason=reason, reason_en="import undone", by=by, at=at)
    except Refused as no:
        if no.code != earnings.TOO_FEW:
            raise
        return False
    return True


def _with_note(reason: str, spent: list[OpeningBalance]) -> str:
    if not spent:
        return reason
    note = ngettext(
        "Points of %(n)d person (%(points)d) were spent already and could not be taken back.",
        "Points of %(n)d people (%(points)d) were spent already and could not be taken back.",
        len(spent),
    )
    return f"{reason} {note % {'n': len(spent), 'points': sum(one.points for one in spent)}}"
