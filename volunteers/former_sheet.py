"""What a row of a spreadsheet of former records says, and what is wrong with it. Pure: it asks no database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

# The headings of the spreadsheet, which is Chinese whatever the language of the page.
NUMBER, PHONE, NAME, FIRST, LAST = "志愿者编号", "手机号", "姓名", "开始日期", "结束日期"
KIND, WORDS, HOURS, POINTS = "服务类别", "服务内容", "小时", "期初积分"
COLUMNS = [NUMBER, PHONE, NAME, FIRST, LAST, KIND, WORDS, HOURS, POINTS]
EXAMPLE = ["12345678", "", "张三", "2024-03-01", "2024-12-31", "巡逻", "小区夜间巡逻", "36.5", "120"]
A_DAY_AT_MOST, MOST_POINTS, LONGEST_WORDS = 16 * 60, 1_000_000, 80
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
A_NUMBER = re.compile(r"\d{1,9}(\.\d{1,4})?")


@dataclass
class Row:
    """One row: whom it means, what was done when, and what stands against it."""

    first_on: date | None = None
    last_on: date | None = None
    minutes: int | None = None
    points: int | None = None
    words: str = ""
    faults: list[str] = field(default_factory=list)


def read(cells: dict[str, str], *, today: date) -> Row:
    """Take a row apart; each fault is told with the column it stands in."""
    row = Row(words=cells.get(WORDS, ""))
    row.faults = list(_read(row, cells, today))
    return row


def _read(row: Row, cells: dict[str, str], today: date) -> Iterator[str]:
    if not cells.get(NAME):
        yield _("The name is missing.")
    if not (cells.get(NUMBER) or cells.get(PHONE)):
        yield _("Give the volunteer number or the phone number.")
    if not (cells.get(HOURS) or cells.get(POINTS)):
        yield _("There are neither hours nor points in this row.")
    if len(row.words) > LONGEST_WORDS:
        yield _("%(column)s is longer than %(count)d characters.") % {"column": WORDS, "count": LONGEST_WORDS}
    yield from _points(row, cells.get(POINTS, ""))
    if cells.get(HOURS):
        yield from _days(row, cells, today)
        yield from _minutes(row, cells[HOURS])


def _points(row: Row, text: str) -> Iterator[str]:
    if not text:
        return
    if not text.isdecimal() or not 1 <= int(text[:9]) <= MOST_POINTS or len(text) > len(str(MOST_POINTS)):
        yield _("%(column)s: a whole number from 1 to %(most)d.") % {"column": POINTS, "most": MOST_POINTS}
    else:
        row.points = int(text)


def _days(row: Row, cells: dict[str, str], today: date) -> Iterator[str]:
    row.first_on = _day(cells.get(FIRST, ""))
    row.last_on = _day(cells[LAST]) if cells.get(LAST) else row.first_on
    for column, day in [(FIRST, row.first_on), (LAST, row.last_on)]:
        if day is None:
            yield _("%(column)s: write a day as 2024-03-01.") % {"column": column}
            return
    if row.first_on and row.last_on and not row.first_on <= row.last_on <= today:
        yield _("The last day is not before the first, and not in the future.")


def _day(text: str) -> date | None:
    found = DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _minutes(row: Row, text: str) -> Iterator[str]:
    try:
        minutes = Decimal(text) * 60 if A_NUMBER.fullmatch(text) else Decimal(0)
    except InvalidOperation:
        minutes = Decimal(0)
    row.minutes = int(minutes.to_integral_value())
    if row.minutes < 1:
        yield _("%(column)s: a number above 0, as 36.5.") % {"column": HOURS}
    elif row.first_on and row.last_on and row.minutes > ((row.last_on - row.first_on).days + 1) * A_DAY_AT_MOST:
        yield _("%(column)s: more than 16 hours a day; please check.") % {"column": HOURS}
