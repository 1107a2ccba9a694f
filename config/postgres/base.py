"""Django's PostgreSQL, with two savings where a kept connection serves many requests.

Whether it still stands is seen without a question to the server: Django asks `SELECT 1` at the first query of each
request, a round trip that costs as much as half a vote. And a statement that is run again and again can be prepared:
the server parses and plans it once a connection, which for a vote is half of its work. That it does so once, and never
compiles what it runs, is set on each connection: by its own estimate it would do both at each run of a long one.
"""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepared: dict[str, str] = {}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._prepared = {}  # prepared statements live as long as their connection
        return super().get_new_connection(conn_params)

    def init_connection_state(self) -> None:
        super().init_connection_state()
        with self.cursor() as cursor:  # not as an option of the connection, which poolers refuse
            cursor.execute("SET jit = off; SET plan_cache_mode = force_generic_plan")

    def execute_prepared(self, sql: str, values: list[Any]) -> int:
        """Run a statement with `%s` for its values, planned at its first time on this connection; rows affected."""
        with self.cursor() as cursor:
            self._run_prepared(cursor, sql, values)
            return int(cursor.rowcount)

    def fetch_prepared(self, sql: str, values: list[Any]) -> tuple[Any, ...] | None:
        """The same for a statement that gives a row: the first, if any."""
        with self.cursor() as cursor:
            self._run_prepared(cursor, sql, values)
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row

    def _run_prepared(self, cursor: Any, sql: str, values: list[Any]) -> None:
        if sql not in self._prepared:
            name = f"prepared_{len(self._prepared)}"
            numbered = sql % tuple(f"${place}" for place in range(1, len(values) + 1))
            cursor.execute(f"PREPARE {name} AS {numbered}")
            self._prepared[sql] = name
        cursor.execute(f"EXECUTE {self._prepared[sql]} ({', '.join(['%s'] * len(values))})", values)

    def is_usable(self) -> bool:
        """Nothing comes from an idle connection but its end; only where something came the server is asked."""
        connection: Any = self.connection
        if connection is None or connection.closed:
            return False
        came, _writable, _broken = select.select([connection], [], [], 0)
        return not came or bool(super().is_usable())
