"""config/postgres: a statement that is run again and again is planned once a connection."""

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps its own statements"),
]
ADDRESS = "UPDATE communities_region SET name = %s WHERE code = %s"


def prepared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return cursor.fetchone()[0]


def test_once_a_connection(community, django_assert_num_queries):
    before = prepared()

    assert connection.execute_prepared(ADDRESS, ["新名", community.code]) == 1
    with django_assert_num_queries(1):
        assert connection.execute_prepared(ADDRESS, ["又一名", community.code]) == 1
    assert connection.execute_prepared(ADDRESS, ["无", "没有"]) == 0

    community.refresh_from_db()
    assert community.name == "又一名"
    assert prepared() == before + 1


@pytest.mark.django_db(transaction=True)
def test_anew_on_a_new_connection(community):
    for name in ("一", "二"):
        connection.close()
        assert connection.execute_prepared(ADDRESS, [name, community.code]) == 1


@pytest.mark.parametrize(("setting", "is_so"), [("jit", "off"), ("plan_cache_mode", "force_generic_plan")])
def test_nothing_is_compiled_nor_planned_again(setting, is_so):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")
        assert cursor.fetchone() == (is_so,)
