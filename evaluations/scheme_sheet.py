"""A scheme as a spreadsheet: its settings, groups, indicators and conditions below each other on one sheet.

Each part begins with its title alone in a row, then come the headings, then the rows. Titles, headings and choices are
written in the reader's language and read in both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from communities import tables
from communities.models import Refused
from evaluations.models import EvaluatorGroup, Gate, Indicator, Scheme
from evaluations.services.schemes import in_order
from evaluations.wording import plain

LANGUAGES = ("zh-hans", "en")
YES, NO = gettext_lazy("Yes"), gettext_lazy("No")
SEVERAL = re.compile(r"\s*[、,，;；\n]\s*")
MOST_ROWS, MOST_FAULTS = 2000, 20
SETTINGS = (
    *("name", "full_points", "at_5a", "at_4a", "at_3a", "at_2a", "bonus_cap"),
    *("places", "round_groups", "round_indicators", "brand_months"),
)
GROUPS = ("code", "weight", "method", "drop_high", "drop_low", "minimum", "below_minimum")
INDICATORS = (
    *("code", "name", "parent", "weight", "full", "kind", "method", "evidence_required", "groups"),
    *("guidance", "name_en", "guidance_en"),
)
GATES = ("grade", "indicator", "at_least")
PARTS: dict[type[models.Model], tuple[str, ...]] = {EvaluatorGroup: GROUPS, Indicator: INDICATORS, Gate: GATES}
# What a sheet of an earlier day or of another hand may lack.
OPTIONAL = {"name_en", "guidance_en", "guidance", "method", "kind", "evidence_required", "below_minimum"}
BY_CODE = {"parent", "indicator", "groups"}

Row = tuple[int, dict[str, Any]]


@dataclass
class Sheet:
    """What a spreadsheet says: settings, and for each part its rows with the line each stands in."""

    settings: dict[str, Any] = field(default_factory=dict)
    parts: dict[type[models.Model], list[Row]] = field(default_factory=lambda: {model: [] for model in PARTS})
    faults: list[str] = field(default_factory=list)

    def wrong(self, line: int, label: Any, why: Any) -> None:
        self.faults.append(_("Row %(line)s, “%(column)s”: %(why)s") % {"line": line, "column": label, "why": why})

    def refuse_faults(self) -> None:
        if self.faults:
            more = [_("… and more.")] if len(self.faults) > MOST_FAULTS else []
            raise Refused("\n".join([*self.faults[:MOST_FAULTS], *more]), code="bad_sheet")


def write(scheme: Scheme) -> list[list[str]]:
    """The rows of the spreadsheet of a scheme."""
    rows = [[_title(Scheme)], *([_label(Scheme, name), _cell(scheme, name)] for name in SETTINGS)]
    parts: dict[type[models.Model], Iterable[Any]] = {
        EvaluatorGroup: scheme.groups.all(),
        Indicator: in_order(scheme),
        Gate: scheme.gates.select_related("indicator"),
    }
    codes = {row.pk: row.code for row in parts[Indicator]}
    for model, names in PARTS.items():
        rows += [[], [_title(model)], [_label(model, name) for name in names]]
        rows += [[_cell(row, name, codes) for name in names] for row in parts[model]]
    return rows


def _cell(row: Any, name: str, codes: dict[int, str] | None = None) -> str:
    if name == "groups":
        return "、".join(str(group.get_code_display()) for group in row.groups.all())
    if name in BY_CODE:
        return (codes or {}).get(getattr(row, f"{name}_id"), "")
    if row._meta.get_field(name).choices:
        return str(getattr(row, f"get_{name}_display")())
    value = getattr(row, name)
    if isinstance(value, bool):
        return str(YES if value else NO)
    return plain(value) if name in NUMBERS else str(value)


NUMBERS = {"full_points", "at_5a", "at_4a", "at_3a", "at_2a", "bonus_cap", "weight", "full", "at_least"}


def read(content: bytes) -> Sheet:
    """What the spreadsheet says. Refused with the place of everything that cannot be read."""
    sheet = Sheet()
    part: type[models.Model] | None = None
    heading: list[str] = []
    for line, cells in tables.raw(content, most_rows=MOST_ROWS):
        title = _part_named(cells)
        if title is not None:
            part, heading = title, []
        elif part is None:
            sheet.wrong(line, cells[0], _("it stands before any part of the sheet."))
        elif part is Scheme:
            _read_setting(sheet, line, cells)
        elif not heading:
            heading = _read_heading(part, cells)
        else:
            sheet.parts[part].append(
                (
                    line,
                    _read_row(sheet, part, line, dict.fromkeys(heading, "") | dict(zip(heading, cells, strict=False))),
                )
            )
    if not sheet.settings.get("name"):
        sheet.faults.append(_("The name of the scheme is missing."))
    _check_codes(sheet)
    sheet.refuse_faults()
    return sheet


def _part_named(cells: list[str]) -> type[models.Model] | None:
    """The part whose title stands alone in this row."""
    if not cells[0] or any(cells[1:]):
        return None
    known: list[type[models.Model]] = [Scheme, *PARTS]
    return next((model for model in known if cells[0] in _said(partial(_title, model))), None)


def _read_setting(sheet: Sheet, line: int, cells: list[str]) -> None:
    name = next((name for name in SETTINGS if cells[0] in _said_of(Scheme, name)), None)
    if name is None:
        sheet.wrong(line, cells[0], _("this setting is not known."))
    else:
        _take(sheet, line, Scheme, name, cells[1] if len(cells) > 1 else "", sheet.settings)


def _read_heading(model: type[models.Model], cells: list[str]) -> list[str]:
    names = [next((name for name in PARTS[model] if cell in _said_of(model, name)), "") for cell in cells]
    missing = [_label(model, name) for name in PARTS[model] if name not in names and name not in OPTIONAL]
    if missing:
        raise Refused(
            _("“%(part)s”: these columns are missing: %(names)s.")
            % {"part": _title(model), "names": ", ".join(missing)},
            code="columns_missing",
        )
    return names


def _read_row(sheet: Sheet, model: type[models.Model], line: int, cells: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in PARTS[model]:
        if name in cells:
            _take(sheet, line, model, name, cells[name], values)
    return values


def _take(sheet: Sheet, line: int, model: type[models.Model], name: str, cell: str, values: dict[str, Any]) -> None:
    """One cell as the value of its field; an empty one leaves the field as it is by default."""
    text = tables.unsafe(cell)
    about: Any = model._meta.get_field(name)
    try:
        if name in BY_CODE:
            values[name] = [part for part in SEVERAL.split(text) if part] if name == "groups" else text
        elif text or not (about.has_default() or about.null):
            values[name] = about.clean(_meant(about, text), None)
    except ValidationError as error:
        sheet.wrong(line, _label(model, name), " ".join(error.messages))


def _meant(about: Any, text: str) -> Any:
    """The value behind a word of the sheet."""
    if about.choices and text:
        return next((code for code, label in about.choices if text in {code, *_said(partial(str, label))}), text)
    if isinstance(about, models.BooleanField):
        return {**dict.fromkeys(_said(partial(str, YES)), True), **dict.fromkeys(_said(partial(str, NO)), False)}.get(
            text, text
        )
    return text


def _check_codes(sheet: Sheet) -> None:
    """Every row has a number of its own, and whatever is named by a number or a name is there."""
    groups = _check_once(sheet, EvaluatorGroup)
    indicators = _check_once(sheet, Indicator)
    for line, row in sheet.parts[Indicator]:
        _check_known(sheet, line, "parent", [row["parent"]] if row.get("parent") else [], indicators)
        row["groups"] = [_meant(EvaluatorGroup._meta.get_field("code"), name) for name in row["groups"]]
        _check_known(sheet, line, "groups", row["groups"], groups)
    for line, row in sheet.parts[Gate]:
        if row["indicator"] not in indicators:
            sheet.wrong(
                line, _label(Gate, "indicator"), _("“%(code)s” is not in this sheet.") % {"code": row["indicator"]}
            )


def _check_known(sheet: Sheet, line: int, name: str, said: list[str], known: set[str]) -> None:
    for code in said:
        if code not in known:
            sheet.wrong(line, _label(Indicator, name), _("“%(code)s” is not in this sheet.") % {"code": code})


def _check_once(sheet: Sheet, model: type[models.Model]) -> set[str]:
    lines: dict[str, int] = {}
    for line, row in sheet.parts[model]:
        code = row.get("code", "")
        if code in lines:
            why = _("“%(code)s” already stands in row %(line)s.") % {"code": code, "line": lines[code]}
            sheet.wrong(line, _label(model, "code"), why)
        lines.setdefault(code, line)
    return set(lines)


def _title(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name if model is Scheme else model._meta.verbose_name_plural)


def _label(model: type[models.Model], name: str) -> str:
    about: Any = model._meta.get_field(name)
    return str(about.verbose_name)


def _said(words: Callable[[], str]) -> set[str]:
    """The words in every language."""
    said = set()
    for language in LANGUAGES:
        with override(language):
            said.add(words())
    return said


@cache
def _said_of(model: type[models.Model], name: str) -> frozenset[str]:
    return frozenset(_said(partial(_label, model, name)))


def lines_of(rows: list[Row]) -> Iterator[dict[str, Any]]:
    """The rows without their lines."""
    return (row for _line, row in rows)
