"""Django's PostgreSQL, which sees whether a kept connection still stands without a question to the server.

Django asks `SELECT 1` at the first query of each request: a round trip that costs as much as half a vote.
"""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Nothing comes from an idle connection but its end; only where something came the server is asked."""
        connection: Any = self.connection
        if connection is None or connection.closed:
            return False
        came, _writable, _broken = select.select([connection], [], [], 0)
        return not came or bool(super().is_usable())
