"""Laws that only a trigger can hold, written once for PostgreSQL and once for SQLite.

A refusal carries a short code (`append_only`, …) in the database's own integrity error; REFUSALS turns it into
words for people.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

_POSTGRES = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN {body} END $$;
CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
"""


def trigger(name: str, *, table: str, postgres: tuple[str, str], sqlite: list[str], code: str) -> migrations.RunPython:
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

    def run(scripts: dict[str, list[str]]) -> Any:
        def step(_apps: Any, editor: Any) -> None:
            for statement in scripts[editor.connection.vendor]:
                editor.execute(statement)

        return step

    return migrations.RunPython(run(statements), run(removals))


def append_only(table: str) -> migrations.RunPython:
    """Rows of this table are never changed and never deleted."""
    return trigger(
        f"{table}_append_only",
        table=table,
        postgres=("BEFORE UPDATE OR DELETE", "{refuse}"),
        sqlite=[f"BEFORE {verb} ON {table}" for verb in ("UPDATE", "DELETE")],
        code="append_only",
    )
