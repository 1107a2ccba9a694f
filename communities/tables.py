"""Spreadsheets from outside, as rows with the line each stands in: .csv (UTF-8 or GBK) and .xlsx."""

from __future__ import annotations

import csv
import functools
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, TypeVar

import openpyxl
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from communities.models import Refused

Line = tuple[int, dict[str, str]]
T = TypeVar("T")

# A cell that begins with one of these would be run as a formula by a spreadsheet program.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# An .xlsx is a zip: unpacked it may be this many times larger before it is taken for a bomb.
LARGEST_UNPACKED = 60 * 1024 * 1024
# One cell far out on an empty sheet makes a sheet of billions.
MOST_CELLS = 2_000_000
AREA = re.compile(rb"""mergeCell\b[^>]*?\bref=["']([A-Za-z]{1,3})([0-9]{1,9}):([A-Za-z]{1,3})([0-9]{1,9})""")
ZIP = b"PK"
MOST_NAMED = 10
HEADING_WITHIN = 10


def read(content: bytes, *, columns: Iterable[str], most_rows: int) -> list[Line]:
    """The rows below the heading with their line numbers, blank ones left out, every cell as trimmed text.

    Refused when it is no spreadsheet, lacks a column, or has more rows than `most_rows`.
    """
    grid = _xlsx_grid(content) if content.startswith(ZIP) else _csv_grid(content)
    needed = set(columns)
    top = list(islice(grid, HEADING_WITHIN))
    # Spreadsheets often have a title above their headings: the first row with the most of them is meant.
    place = max(range(len(top)), key=lambda number: len(needed.intersection(top[number][1])), default=0)
    heading = top[place][1] if top else []
    missing = [column for column in columns if column not in heading]
    if missing:
        raise Refused(
            _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}, code="columns_missing"
        )
    return list(_rows(chain(top[place + 1 :], grid), heading, most_rows))


def raw(content: bytes, *, most_rows: int) -> list[tuple[int, list[str]]]:
    """Every row that is not blank with its line number, as it stands, for sheets that are no plain table.

    Refused when it is no spreadsheet, is too long, or has merged cells: what they mean here cannot be known.
    """
    grid = _xlsx_grid(content, spread=False) if content.startswith(ZIP) else _csv_grid(content)
    return list(_first((row for row in grid if any(row[1])), most_rows))


def _first(rows: Iterable[T], most: int) -> Iterator[T]:
    for count, row in enumerate(rows, start=1):
        if count > most:
            raise Refused(
                _("The file has more than %(count)d rows; please split it.") % {"count": most}, code="too_many_rows"
            )
        yield row


def _rows(grid: Iterable[tuple[int, list[str]]], heading: list[str], most_rows: int) -> Iterator[Line]:
    for line, cells in _first((row for row in grid if any(row[1])), most_rows):
        yield line, dict.fromkeys(heading, "") | dict(zip(heading, cells, strict=False))


def _csv_grid(content: bytes) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_decode(content), newline=""))
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Refused(_("Line %(line)d cannot be read.") % {"line": reader.line_num}, code="unreadable") from error


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(_("This is neither a .xlsx nor a .csv file in UTF-8 or GBK."), code="unreadable")


def _xlsx_grid(content: bytes, *, spread: bool = True) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED or _is_vast(packed):
                raise Refused(_("This file is too large."), code="too_large")
        sheet: Any = openpyxl.load_workbook(io.BytesIO(content), data_only=True).active
        if sheet.max_row * sheet.max_column > MOST_CELLS:
            raise Refused(_("This file is too large."), code="too_large")
        merged = [(area.bounds, sheet.cell(area.min_row, area.min_col).value) for area in sheet.merged_cells.ranges]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, AttributeError, TypeError) as error:
        raise Refused(_("This .xlsx file is damaged or protected by a password."), code="unreadable") from error
    if merged and not spread:
        areas = ", ".join(sorted(str(area) for area in sheet.merged_cells.ranges)[:MOST_NAMED])
        raise Refused(
            _("These cells are merged: %(areas)s. Please take the merging back, one value to a cell.")
            % {"areas": areas},
            code="merged_cells",
        )
    # A merged area says the same in all its cells (an address for a whole household).
    values = {
        (row, column): value
        for (first_column, first_row, last_column, last_row), value in merged
        if first_column == last_column
        for row in range(first_row, last_row + 1)
        for column in range(first_column, last_column + 1)
    }
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        is_blank = all(cell is None for cell in cells)
        whole = cells if is_blank else [values.get((number, at), cell) for at, cell in enumerate(cells, start=1)]
        yield number, [_text(cell) for cell in whole]


def _is_vast(packed: zipfile.ZipFile) -> bool:
    """Whether merged areas, each cell of which would be made in memory, speak of millions of cells."""
    areas = (area for part in packed.infolist() for area in AREA.finditer(packed.read(part)))
    return any(_cells_in(*area.groups()) > MOST_CELLS for area in areas)


def _cells_in(left: bytes, top: bytes, right: bytes, bottom: bytes) -> int:
    return (_column(right) - _column(left) + 1) * (int(bottom) - int(top) + 1)


def _column(letters: bytes) -> int:
    """The number of a column: AB is 28."""
    return functools.reduce(lambda number, letter: number * 26 + letter - ord("A") + 1, letters.upper(), 0)


def _text(value: Any) -> str:
    """A cell as the person sees it: 13800001234.0 is a phone number that the program took for a number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date):
        value = value.isoformat()[:10]
    return "" if value is None else str(value).strip()


def unsafe(text: str) -> str:
    """What `safe` made of a cell, as it was."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def safe(value: Any) -> str:
    """A cell that no spreadsheet program runs as a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_csv(rows: Iterable[Iterable[Any]]) -> bytes:
    """A .csv that Excel opens with its Chinese intact (UTF-8 with a byte-order mark)."""
    out = io.StringIO()
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(rows: Iterable[Iterable[Any]]) -> bytes:
    """An .xlsx of one sheet whose cells are all text, so that phone numbers keep their digits."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_text_cell(sheet, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text_cell(sheet: Any, value: Any) -> Any:
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=safe(value))
    cell.number_format = "@"
    return cell


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS = {"csv": (as_csv, "text/csv; charset=utf-8"), "xlsx": (as_xlsx, XLSX)}


def download(rows: Iterable[Iterable[Any]], *, name: str, kind: str) -> HttpResponse:
    """A table as a file to save, .csv or .xlsx; there is no other kind (404)."""
    if kind not in WRITERS:
        raise Http404
    write, content_type = WRITERS[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(write(rows), content_type=content_type, headers=headers)
