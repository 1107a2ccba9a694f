"""Every law that a migration gave to the database is there: SQLite forgets the triggers of a table that is rebuilt."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from communities.triggers import Statements
from tests.generic import OURS

THERE = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}


@pytest.mark.django_db
def test_every_trigger_of_the_migrations_is_there():
    migrations = MigrationLoader(connection).disk_migrations.values()
    steps = [s for m in migrations if m.app_label in OURS for s in m.operations if isinstance(s, Statements)]
    created = [line for s in steps for sql in s.forwards[connection.vendor] for line in sql.splitlines()]
    wanted = {line.split()[2] for line in created if line.strip().startswith("CREATE TRIGGER")}

    with connection.cursor() as cursor:
        cursor.execute(THERE[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}

    assert len(wanted) > 50
    assert wanted <= there
