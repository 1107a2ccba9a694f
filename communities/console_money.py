"""Sums of money in the console: with thousand separators wherever they are only read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import models
from django.template.defaultfilters import floatformat

# What all sums in yuan are declared with.
DIGITS, PLACES = 12, 2
SHOWN = "_in_yuan"


def yuan(value: Any) -> str:
    """12,000 or 12,000.50."""
    return "—" if value is None else str(floatformat(value, f"-{PLACES}g"))


def sums_of(model: type[models.Model]) -> dict[str, Callable[[Any], str]]:
    """For each sum of a model, what shows it, by the name under which an admin has it."""
    fields = (field for field in model._meta.concrete_fields if isinstance(field, models.DecimalField))
    return {
        field.name + SHOWN: _shower(field)
        for field in fields
        if (field.max_digits, field.decimal_places) == (DIGITS, PLACES)
    }


def _shower(field: models.DecimalField) -> Callable[[Any], str]:
    @admin.display(description=field.verbose_name, ordering=field.name)
    def show(thing: Any) -> str:
        return yuan(getattr(thing, field.name))

    return show


def as_shown(names: Any, admin_of: Any) -> Any:
    """These fields, rows and all, with each sum replaced by what shows it."""
    if isinstance(names, str):
        return names + SHOWN if hasattr(admin_of, names + SHOWN) else names
    return type(names)(as_shown(name, admin_of) for name in names) if isinstance(names, list | tuple) else names


def sums_shown(fieldsets: Any, admin_of: Any) -> list[Any]:
    """Fieldsets in which each sum is replaced by what shows it."""
    return [(title, {**options, "fields": as_shown(options["fields"], admin_of)}) for title, options in fieldsets]
