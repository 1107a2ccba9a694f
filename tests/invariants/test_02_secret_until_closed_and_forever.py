"""Invariant 2: nobody can read the tally before the poll closes, nor who voted for what at any time."""

import re

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from communities.grants import Role
from communities.models import KeptAnswer, Refused, StatusChange
from projects.models import PollResult, Turnout
from projects.models.ballots import Ballot
from projects.services import ballots, counting, pabulib, polls
from tests.voting import a_poll, an_open_poll, close, options_of, staff_of, vote, voters_of

pytestmark = pytest.mark.django_db


def routes(patterns=None, prefix=""):
    """Every address of the platform that takes nothing, or one number."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        if not isinstance(entry, URLPattern):
            yield from routes(entry.url_patterns, path)
            continue
        path = re.sub(r"\(\?P<format>[^)]*\)/?\??|\\\.|[$^]", "", path)
        path = re.sub(r"\(\?P<pk>[^)]*\)|<int:pk>|<path:object_id>", "{pk}", path)
        if not re.search(r"[(<]|logout|jsi18n", path):
            yield path


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="a long walk, whose queries are the same on SQLite")
@pytest.mark.parametrize("who", ["staff", "observer", "resident", "nobody"])
def test_no_page_and_no_endpoint_touches_the_ballots_of_an_open_poll(who, browse, person):
    poll = an_open_poll(voters=5)
    receipts = vote(poll, [1], [1, 2], [1])
    people = {
        "staff": lambda: staff_of(poll.region),
        "observer": lambda: person(Role.OBSERVER, poll.region),
        "resident": lambda: voters_of(poll)[0],
        "nobody": lambda: None,
    }
    client, seen = browse(people[who]()), 0
    client.raise_request_exception = False
    numbers = {poll.pk, poll.roadshow_id, *options_of(poll)[:1]}

    for path in sorted({*routes()}):
        near = numbers if re.search("poll|roadshow|project", path) else {poll.pk}
        for number in near if "{pk}" in path else [0]:
            connection.queries_log.clear()
            with CaptureQueriesContext(connection) as queries:
                answer = client.get("/" + path.format(pk=number))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert not [q["sql"] for q in queries if '"projects_ballot"' in q["sql"] or "projects_ballot " in q["sql"]]
            assert not [r for r in receipts if r.encode() in body or ballots.as_shown(r).encode() in body]
            seen += answer.status_code == 200

    assert seen > 5


@pytest.mark.parametrize("status", ["draft", "announced", "open", "cancelled"])
def test_every_way_to_count_refuses_before_closing(status):
    poll = an_open_poll() if status in {"open", "cancelled"} else a_poll()
    if status == "cancelled":
        polls.cancel(poll, by=staff_of(poll.region), reason="礼堂停电")
    if status == "draft":
        polls.withdraw(poll, by=staff_of(poll.region), reason="人数有误")

    for way in [
        ballots.tally,
        ballots.digest,
        pabulib.export,
        counting.recount,
        lambda p: ballots.find(p, receipt="X"),
    ]:
        with pytest.raises(Refused) as no:
            way(poll)
        assert no.value.code == "not_closed"
    for command in ["export_poll", "tally"]:
        with pytest.raises(CommandError):
            call_command(command, poll.pk)


@pytest.mark.parametrize("name", ["poll-ballots", "poll-pb"])
def test_downloads_are_not_there_before_closing(name, browse):
    poll = an_open_poll()
    vote(poll, [1])

    assert browse(staff_of(poll.region)).get(reverse(f"projects:{name}", args=[poll.pk])).status_code == 404


def test_the_database_takes_no_results_before_closing():
    poll = an_open_poll()

    with pytest.raises(DatabaseError, match="poll_not_counting"), transaction.atomic():
        PollResult.objects.create(poll=poll, project_id=options_of(poll)[0], votes=1, rank=1, outcome="shortlisted")


def test_called_off_the_ballots_are_destroyed_unread():
    poll = an_open_poll()
    vote(poll, [1], [2])

    polls.cancel(poll, by=staff_of(poll.region), reason="礼堂停电")

    assert (Ballot.objects.count(), Turnout.objects.count()) == (0, 2)


def test_a_ballot_knows_neither_voter_nor_time_and_nothing_points_at_it():
    ballot = {field.name: field.related_model for field in Ballot._meta.get_fields()}
    turnout = {field.name for field in Turnout._meta.get_fields()}
    pointing = [f for model in apps.get_models() for f in model._meta.get_fields() if f.related_model is Ballot]

    assert {name for name, model in ballot.items() if model} == {"poll"}
    assert set(ballot) == {"id", "poll", "voice", "choices", "points", "key_hash", "receipt"}
    assert turnout == {"entry", "poll", "channel", "replaced"}
    assert pointing == []


def test_casting_leaves_nothing_but_ballot_and_turnout(api, caplog):
    poll = an_open_poll()
    voter, key = voters_of(poll)[0], ballots.new_key()
    tables = [model for model in apps.get_models() if model not in {Ballot, Turnout}]
    client, caplog.handler.level = api(voter), 0
    before = {model: list(model._default_manager.order_by("pk").values()) for model in tables}

    with caplog.at_level("INFO"):
        answer = client.post(
            f"/api/v1/polls/{poll.pk}/ballots/",
            {"choices": options_of(poll)[:1], "key": key},
            headers={"Idempotency-Key": "once"},
        )

    assert answer.status_code == 201
    after = {model: list(model._default_manager.order_by("pk").values()) for model in tables}
    assert after == before
    assert not KeptAnswer.objects.exists()
    assert key not in caplog.text
    assert answer.json()["receipt"] not in caplog.text


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="transaction numbers of rows are PostgreSQL's")
@pytest.mark.django_db(transaction=True)
def test_after_sealing_the_rows_transactions_and_places_tell_nothing():
    with connection.cursor() as cursor:  # into new tables, in which no other test left gaps
        cursor.execute("TRUNCATE projects_ballot, projects_turnout")
    poll = an_open_poll(voters=40)
    receipts = [receipt.replace("-", "") for receipt in vote(poll, *[[1]] * 40)]

    def joined(table):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(DISTINCT xmin::text) FROM {table}")  # noqa: S608
            return cursor.fetchone()[0]

    def order():
        with connection.cursor() as cursor:
            cursor.execute("SELECT receipt FROM projects_ballot ORDER BY ctid")
            return [row[0] for row in cursor.fetchall()]

    assert (joined("projects_ballot"), joined("projects_turnout"), order()) == (40, 40, receipts)

    close(poll)

    assert (joined("projects_ballot"), joined("projects_turnout")) == (1, 1)
    assert order() != receipts
    assert sorted(order()) == sorted(receipts)


def test_the_record_names_no_voter():
    poll = an_open_poll(voters=3)
    voters = voters_of(poll)
    vote(poll, [1], [2], [3])
    close(poll)

    assert not StatusChange.objects.filter(actor__in=voters).exists()
