"""Which fields a form of the console shows."""

from __future__ import annotations

from typing import Any


def without(gone: set[str], fieldsets: Any) -> list[Any]:
    """The fieldsets, rows and all, less some fields; what is then empty is left out."""
    kept = [(title, {**options, "fields": _rows(options["fields"], gone)}) for title, options in fieldsets]
    return [(title, options) for title, options in kept if options["fields"]]


def _rows(rows: Any, gone: set[str]) -> list[Any]:
    kept = [row if isinstance(row, str) else tuple(name for name in row if name not in gone) for row in rows]
    return [row for row in kept if row and row not in gone]
