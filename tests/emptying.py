"""How the database is emptied after a test whose transactions were real."""

from functools import cache

from django.db import OperationalError, connection, transaction
from psycopg2.errors import DeadlockDetected

# What models and permissions are called stands there from the first migration on, the same for every test.
TRIES = 5
KEPT = {"django_content_type", "auth_permission"}


def takes_single_rows():
    """Whether rows can be deleted past triggers and foreign keys here: by a superuser of PostgreSQL."""
    return connection.vendor == "postgresql" and _is_superuser()


def delete_all_rows():
    """What Django does by truncating each table, which takes fifty times as long as most have no row.

    The locks wait for whoever of the live server's threads still writes, as truncating does; where such a one waits
    for us in turn, the server ends the wait of one of us, and if it was ours we begin again when it is through.
    """
    tables = _tables()
    statements = [
        "SET LOCAL session_replication_role = replica",
        f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE",
        *(f"DELETE FROM {table}" for table in tables),  # noqa: S608 (our own names)
    ]
    for tries_left in reversed(range(TRIES)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("; ".join(statements))
        except OperationalError as error:
            if not (tries_left and isinstance(error.__cause__, DeadlockDetected)):
                raise
        else:
            return


@cache
def _is_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


@cache
def _tables():
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(map(connection.ops.quote_name, set(found) - KEPT))
