"""表格导入: what all uploads of spreadsheets share, from the file to the day its contents are forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from communities import tables
from communities.models import Refused, Region, User
from communities.models.sheet_imports import SheetImport, payload_of

from . import sweeps

MOST_ROWS = 10_000
MOST_BYTES = 10 * 1024 * 1024
# Personal data that nobody confirms is not kept.
KEPT = timedelta(days=1)
ERROR = "错误原因"  # the heading beside the columns, which are Chinese whatever the language of the page


def read(content: bytes, region: Region, *, columns: list[str]) -> list[tables.Line]:
    """The lines of a spreadsheet for a community. Raises Refused: no community, too large, no such columns, no rows."""
    if region.level != Region.Level.COMMUNITY:
        raise Refused(_("Please choose a community."), code="no_community")
    if len(content) > MOST_BYTES:
        raise Refused(_("This file is too large."), code="too_large")
    lines = tables.read(content, columns=columns, most_rows=MOST_ROWS)
    if not lines:
        raise Refused(_("There are no rows below the headings."), code="no_rows")
    return lines


def keep(
    taken: SheetImport, *, name: str, good: list[dict[str, Any]], bad: list[dict[str, Any]], by: User, at: datetime
) -> None:
    """Keep what a spreadsheet would bring in, for a day."""
    taken.file_name, taken.good_count, taken.bad_count = name[:255], len(good), len(bad)
    taken.payload, taken.expires_at = payload_of(good=good, bad=bad), at + KEPT
    taken.begin(by=by)


def confirm(taken: SheetImport, *, by: User) -> list[dict[str, Any]]:
    """The good rows, which the caller brings in and which are forgotten here; those with errors stay for the day."""
    rows = taken.rows
    taken.move(taken.Status.CONFIRMED, by=by, payload=payload_of(good=[], bad=rows["bad"]))
    return rows["good"]


def cancel(taken: SheetImport, *, by: User) -> None:
    """Drop what was uploaded."""
    taken.move(taken.Status.CANCELLED, by=by, payload="")


def expire(model: type[SheetImport], *, at: datetime, by: User) -> int:
    """Forget the contents of uploads whose time is over; how many there were."""
    return len(sweeps.each(model.objects.overdue(at=at), lambda taken: _expire(taken, by=by)))


def errors_of(taken: SheetImport, *, columns: list[str]) -> list[list[str]]:
    """The rows that could not be taken, as they were, with what is wrong."""
    bad = [[*(row["cells"].get(column, "") for column in columns), row["error"]] for row in taken.rows["bad"]]
    return [[*columns, ERROR], *bad]


def _expire(taken: SheetImport, *, by: User) -> None:
    if taken.can_move(taken.Status.EXPIRED):
        taken.move(taken.Status.EXPIRED, by=by, payload="")
    else:
        type(taken).objects.filter(pk=taken.pk).update(payload="")
