"""How the platform says no."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import IntegrityError, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# What the codes of triggers (communities.triggers) mean to people; each app adds its own in its models.
TRIGGER_REFUSALS = {
    "append_only": gettext_lazy("What is recorded is never changed; correct it by a new entry."),
    "stays_forgotten": gettext_lazy("This person's data was deleted at their request; the account stays closed."),
    "code_closed": gettext_lazy("This code was already used. Please ask for a new one."),
}


class Refused(Exception):
    """A rule of the domain says no. The message is for the person who asked; `code` and `details` are for programs."""

    def __init__(self, message: object, *, code: str = "refused", details: dict[str, Any] | None = None) -> None:
        super().__init__(str(message))
        self.code = code
        self.details = details or {}

    @classmethod
    def from_database(cls, error: IntegrityError) -> Refused:
        """The words that go with the constraint which the database held."""
        text = str(error)
        for code, message in TRIGGER_REFUSALS.items():
            if code in text.partition("\n")[0]:
                return cls(message, code=code)
        for model in apps.get_models():
            for constraint in model._meta.constraints:
                if constraint.name in text or _columns(model, constraint) in text:
                    return cls(constraint.get_violation_error_message(), code=constraint.name)
        return cls(_("This contradicts what is already recorded."), code="conflict")


def _columns(model: type[models.Model], constraint: models.BaseConstraint) -> str:
    """SQLite names the columns of a broken unique constraint instead of its name."""
    fields = getattr(constraint, "fields", ())
    table = model._meta.db_table
    column_of = {field.name: field.column for field in model._meta.concrete_fields}
    columns = [f"{table}.{column_of[name]}" for name in fields]
    return ", ".join(columns) or "\0"
