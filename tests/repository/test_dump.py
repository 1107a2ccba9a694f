"""What a dump of the database gives away, and that a backup restored elsewhere is whole."""

import json
import os
import subprocess

import pytest
from django.core.management import call_command
from django.db import connection

from projects.models.ballots import BALLOTS, TURNOUT, Ballot
from tests.factories import JournalFactory
from tests.repository.running import manage
from tests.stack import find
from tests.voting import an_open_poll, close, vote, voters_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="what pg_dump writes and pg_restore reads"),
]
EVERYBODY = 12


def server(program, *options, database):
    """One of PostgreSQL's programs at the test's server."""
    at = connection.settings_dict
    where = ["--host", at["HOST"], "--port", str(at["PORT"]), "--username", at["USER"]]
    environment = {**os.environ, "PGPASSWORD": at["PASSWORD"]}
    command = [find(program), *where, *options, database]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def name():
    return connection.settings_dict["NAME"]


@pytest.fixture
def poll():
    """A closed poll, in which everybody voted one after the other."""
    poll = an_open_poll(voters=EVERYBODY)
    poll.receipts = vote(poll, *[[1 + number % 3] for number in range(EVERYBODY)])
    return poll


def test_a_dump_joins_no_ballot_to_its_voter(poll):
    in_turn = [entry.pk for entry in poll.roll.filter(user__in=voters_of(poll)).order_by("pk")]
    close(poll)

    lines = server("pg_dump", "--data-only", "--inserts", "--rows-per-insert=1", database=name()).splitlines()

    dumped = [line for line in lines if line.startswith(f"INSERT INTO public.{BALLOTS} ")]
    gone = [line for line in lines if line.startswith(f"INSERT INTO public.{TURNOUT} ")]
    assert len(dumped) == len(gone) == EVERYBODY
    # What tells one ballot from another stands nowhere else in all the database.
    for ballot in Ballot.objects.filter(poll=poll):
        for own in (str(ballot.pk), ballot.key_hash, ballot.receipt):
            assert [line for line in lines if own in line] == [line for line in dumped if own in line]
    # And the rows lie in another order than they came in.
    places = [next(n for n, line in enumerate(dumped) if receipt in line) for receipt in poll.receipts]
    entries = [int(line.partition("VALUES (")[2].partition(",")[0]) for line in gone]
    assert places != sorted(places)
    assert sorted(entries) == in_turn != entries


def test_no_ballot_has_a_time_and_all_were_written_at_once(poll):
    close(poll)

    with connection.cursor() as cursor:
        cursor.execute("SELECT data_type FROM information_schema.columns WHERE table_name = %s", [BALLOTS])
        kinds = {kind for (kind,) in cursor.fetchall()}
        cursor.execute(f"SELECT count(DISTINCT xmin::text) FROM {BALLOTS}")  # noqa: S608 (our own name)
        written = cursor.fetchone()[0]

    assert not [kind for kind in kinds if "time" in kind or "date" in kind]
    assert written == 1


def test_a_backup_restored_on_an_empty_server_passes_its_checks(poll, tmp_path, capsys):
    close(poll)
    JournalFactory(points=30)
    backup, elsewhere = tmp_path / "xiaoxiang.dump", f"{name()}_restored"
    call_command("tally", poll.pk, "--json")
    counted = json.loads(capsys.readouterr().out)

    server("pg_dump", "--format=custom", f"--file={backup}", database=name())
    server("createdb", database=elsewhere)
    try:
        server("pg_restore", "--no-owner", f"--dbname={elsewhere}", database=str(backup))
        at = connection.settings_dict
        url = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{elsewhere}"
        place = {"DEPLOYMENT": "test", "DATABASE_URL": url, "VAR_DIR": str(tmp_path)}
        tally, ledger, unmade = (
            manage("tally", str(poll.pk), "--json", **place),
            manage("check_ledger", **place),
            manage("migrate", "--check", **place),
        )
    finally:
        server("dropdb", "--force", database=elsewhere)

    assert json.loads(tally.stdout) == counted, tally.stderr
    assert (ledger.returncode, unmade.returncode) == (0, 0), ledger.stdout + unmade.stdout
