"""Laws that only a trigger can hold, written once for PostgreSQL and once for SQLite.

A refusal carries a short code (`append_only`, …) in the database's own integrity error; REFUSALS turns it into
words for people.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

_POSTGRES = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN {body} END $$;
CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
"""


class Statements(Operation):
    """A migration step of statements by database vendor.

    Not `RunPython`, which would first build every model of the project anew: with a hundred triggers that is
    most of the time it takes to make a database.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str, forwards: dict[str, list[str]], backwards: dict[str, list[str]]) -> None:
        self.name, self.forwards, self.backwards = name, forwards, backwards

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing: a trigger is no part of the models."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.forwards[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.backwards[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Hold {self.name} in the database"


def trigger(name: str, *, table: str, postgres: tuple[str, str], sqlite: list[str], code: str) -> Statements:
    """A migration step that adds one trigger.

    `postgres` is (when, PL/pgSQL body) with when like "BEFORE UPDATE OR DELETE" and a body that ends by RETURN;
    `sqlite` gives the full "BEFORE UPDATE ON t WHEN … " heads, each of which aborts. In the body,
    `{refuse}` stands for the statement that refuses with `code`.
    """
    refuse = f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{code}';"
    statements = {
        "postgresql": [
            _POSTGRES.format(name=name, table=table, when=postgres[0], body=postgres[1].replace("{refuse}", refuse))
        ],
        "sqlite": [
            f"CREATE TRIGGER {name}_{number} {head} BEGIN SELECT RAISE(ABORT, '{code}'); END"
            for number, head in enumerate(sqlite)
        ],
    }
    removals = {
        "postgresql": [f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION {name}()"],
        "sqlite": [f"DROP TRIGGER {name}_{number}" for number in range(len(sqlite))],
    }

    return Statements(name, statements, removals)


def append_only(table: str) -> Statements:
    """Rows of this table are never changed and never deleted."""
    return trigger(
        f"{table}_append_only",
        table=table,
        postgres=("BEFORE UPDATE OR DELETE", "{refuse}"),
        sqlite=[f"BEFORE {verb} ON {table}" for verb in ("UPDATE", "DELETE")],
        code="append_only",
    )


def check(name: str, *, table: str, holds: str) -> Statements:
    """A migration step that adds a check constraint to a table that SQLite must not rebuild.

    There two triggers hold it, as a table that has triggers, or that others' triggers read, is not rebuilt; on
    PostgreSQL it is the constraint that it says. In `holds`, `{row}` stands before each column.
    """
    broken = f"NOT ({holds.format(row='NEW.')})"
    heads = [f"BEFORE {verb} ON {table} WHEN {broken}" for verb in ("INSERT", "UPDATE")]
    sqlite = trigger(name, table=table, postgres=("", ""), sqlite=heads, code=name)
    return Statements(
        name,
        {
            "postgresql": [f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({holds.format(row='')})"],
            "sqlite": sqlite.forwards["sqlite"],
        },
        {"postgresql": [f"ALTER TABLE {table} DROP CONSTRAINT {name}"], "sqlite": sqlite.backwards["sqlite"]},
    )


def without_indexes(*names: str) -> Statements:
    """A migration step that drops indexes which only cost; what they were made for others do as well."""
    drops = [f"DROP INDEX IF EXISTS {name}" for name in names]
    return Statements("fewer indexes", dict.fromkeys(("postgresql", "sqlite"), drops), {"postgresql": [], "sqlite": []})
