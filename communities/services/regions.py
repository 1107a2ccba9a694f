"""区划: loading the official tree of division codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Region, StatusChange, User
from communities.tables import Line

Level = Region.Level
COLUMNS = ("code", "name", "parent_code", "level")
MOST_ROWS = 100_000
LONGEST_NAME = 64
# How long the division code of each level is; the tree hangs together by these prefixes.
LENGTH = {Level.CITY: 4, Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12}
ABOVE = dict(zip(Level.values[1:], Level.values, strict=False))


class BadRows(Exception):
    """The file has rows that cannot be loaded; nothing was."""

    def __init__(self, rows: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"{line}: {message}" for line, message in rows))
        self.rows = rows


@dataclass(frozen=True)
class Loaded:
    added: int
    renamed: int
    unchanged: int


@transaction.atomic
def load(lines: list[Line], *, by: User) -> Loaded:
    """Add the regions of these rows and rename those that are called otherwise now.

    Raises BadRows, and changes nothing, when any row is wrong.
    """
    codes = {row[column] for _line, row in lines for column in ("code", "parent_code")}
    known = Region.objects.in_bulk(sorted(codes), field_name="code")
    bad = list(_faults(lines, levels={code: region.level for code, region in known.items()}))
    if bad:
        raise BadRows(bad)
    new = [row for _line, row in lines if row["code"] not in known]
    old = [(known[row["code"]], row["name"]) for _line, row in lines if row["code"] in known]
    renamed = [(region, name) for region, name in old if region.name != name]
    _add(new, known)
    _rename(renamed, by=by)
    return Loaded(added=len(new), renamed=len(renamed), unchanged=len(old) - len(renamed))


def _faults(lines: list[Line], *, levels: dict[str, str]) -> Iterator[tuple[int, str]]:
    first: dict[str, int] = {}
    for line, row in lines:
        first.setdefault(row["code"], line)
    levels = {row["code"]: row["level"] for _line, row in reversed(lines)} | levels
    for line, row in lines:
        if first[row["code"]] != line:
            yield (
                line,
                _("Code %(code)s stands in line %(line)d already.") % {"code": row["code"], "line": first[row["code"]]},
            )
        else:
            yield from ((line, fault) for fault in _faults_of(row, levels))


def _faults_of(row: dict[str, str], levels: dict[str, str]) -> Iterator[str]:
    code, level = row["code"], row["level"]
    if not 0 < len(row["name"]) <= LONGEST_NAME:
        yield _("The name is missing or longer than %(count)d characters.") % {"count": LONGEST_NAME}
    if level not in LENGTH:
        yield _("“%(level)s” is no level; these are: %(levels)s.") % {"level": level, "levels": ", ".join(LENGTH)}
    elif not (code.isascii() and code.isdigit() and len(code) == LENGTH[Level(level)]):
        values = {"code": code, "level": Level(level).label, "count": LENGTH[Level(level)]}
        yield _("“%(code)s” is not the code of a %(level)s, which has %(count)d digits.") % values
    else:
        yield from _faults_of_parent(code, level, row["parent_code"], levels)


def _faults_of_parent(code: str, level: str, parent: str, levels: dict[str, str]) -> Iterator[str]:
    above = ABOVE.get(level)
    if above is None:
        if parent:
            yield _("A city has nothing above it.")
    elif parent not in levels:
        yield _("There is no region with the code “%(code)s”.") % {"code": parent}
    elif levels[parent] != above:
        yield _("“%(code)s” is not a %(level)s.") % {"code": parent, "level": Level(above).label}
    elif not code.startswith(parent):
        yield _("The code does not begin with that of the region above it, %(code)s.") % {"code": parent}


def _add(rows: list[dict[str, str]], known: dict[str, Region]) -> None:
    for level in Level.values:
        made = [
            Region(code=row["code"], name=row["name"], level=level, parent=known.get(row["parent_code"]))
            for row in rows
            if row["level"] == level
        ]
        known |= {region.code: region for region in Region.objects.bulk_create(made, batch_size=1000)}


def _rename(renamed: list[tuple[Region, str]], *, by: User) -> None:
    kind = ContentType.objects.get_for_model(Region)
    about: dict[str, Any] = {"content_type": kind, "actor": by, "old": "named", "new": "renamed"}
    StatusChange.objects.bulk_create(
        StatusChange(object_id=region.pk, region=region, reason=f"{region.name} → {name}", **about)
        for region, name in renamed
    )
    for region, name in renamed:
        region.name = name
    Region.objects.bulk_update([region for region, _name in renamed], ["name"], batch_size=500)
