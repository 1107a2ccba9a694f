"""A page of a statement costs the same of a hundred entries and of a million: the same queries, and none scans."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import AccountFactory, JournalFactory, UserFactory, VolunteerFactory
from volunteers.services import accounts

pytestmark = pytest.mark.django_db
FEW, MANY = 100, 1_000_000
PAGE = 21
# Past the triggers, as the bench does: a million postings would take an hour.
GROW = """
SET LOCAL session_replication_role = replica;
CREATE TEMP TABLE grown ON COMMIT DROP AS SELECT gen_random_uuid() AS journal, n FROM generate_series(1, {times}) n;
INSERT INTO volunteers_journal (id, kind, region_id, reason, reason_en, source, key, fingerprint, actor_id, at)
    SELECT journal, 'grant', {region}, '补录', '', 'test', '{account}:' || n, 'x', {by}, now() FROM grown;
INSERT INTO volunteers_pointentry (journal_id, account_id, amount, sequence, balance_after)
    SELECT journal, {account}, 1, n, n FROM grown ORDER BY n;
UPDATE volunteers_account SET balance = {times}, sequence = {times} WHERE id = {account};
DROP TABLE grown;
SET LOCAL session_replication_role = origin;
ANALYZE volunteers_journal; ANALYZE volunteers_pointentry; ANALYZE volunteers_account
"""


def grown(times):
    account, by = AccountFactory(), UserFactory()
    accounts.pool_of(account.region)
    with connection.cursor() as cursor:
        cursor.execute(GROW.format(times=times, region=account.region_id, account=account.pk, by=by.pk))
    return account.volunteer


def nodes(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def read(sql):
    """(whether the ledger is scanned as a whole, the most rows that any step of a query handled)."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        told = cursor.fetchone()[0]
    plan = list(nodes((json.loads(told) if isinstance(told, str) else told)[0]["Plan"]))
    scans = {
        node["Relation Name"]
        for node in plan
        if node["Node Type"] == "Seq Scan" and node["Actual Rows"] + node.get("Rows Removed by Filter", 0) > PAGE
    }
    return scans, max(node["Actual Rows"] for node in plan)


def looked_at(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries if query["sql"].startswith("SELECT")]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans are those of PostgreSQL")
def test_balance_and_statement_are_read_by_the_page_however_long_the_ledger_is(browse):
    few, many = grown(FEW), grown(MANY)
    counts = {}

    for volunteer, times in [(few, FEW), (many, MANY)]:
        client = browse(volunteer.user)
        for address in ("/volunteer/", "/volunteer/points/", f"/volunteer/points/?before={times // 2}"):
            asked = looked_at(client, address)
            counts.setdefault(address.partition("?")[0] + "?" * ("?" in address), []).append(len(asked))
            for sql in asked:
                scans, rows = read(sql)
                assert not scans & {"volunteers_pointentry", "volunteers_journal"}, sql
                assert rows <= PAGE, sql

    assert all(first == second for first, second in counts.values()), counts


@pytest.mark.skipif(connection.vendor == "postgresql", reason="the same with plans, on PostgreSQL")
def test_a_page_takes_as_many_queries_for_long_statements_as_for_short_ones(browse):
    volunteer, seen = VolunteerFactory(), []
    client = browse(volunteer.user)

    for _time in range(2):
        for _each in range(22):
            JournalFactory(volunteer=volunteer)
        seen.append((len(looked_at(client, "/volunteer/points/")), len(looked_at(client, "/volunteer/"))))

    assert seen[0] == seen[1]
