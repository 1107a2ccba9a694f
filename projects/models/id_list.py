"""A column for a short list of ids."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import models


class IdListField(models.Field):
    """A short list of ids in one column: an array on PostgreSQL, JSON on SQLite; both are counted in SQL."""

    def db_type(self, connection: Any) -> str:
        return "bigint[]" if connection.vendor == "postgresql" else "text"

    def from_db_value(self, value: Any, _expression: Any, connection: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    def get_db_prep_value(self, value: Iterable[int], connection: Any, prepared: bool = False) -> Any:
        return list(value) if connection.vendor == "postgresql" else json.dumps(list(value))
