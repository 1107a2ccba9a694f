"""The vote itself asks the database once: the paper that was looked over carries a signed ticket."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from communities.models import User
from projects.models import Turnout
from projects.models.ballots import Ballot
from projects.services import ballots
from tests.voting import an_open_poll, options_of, receipt_on, voters_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def poll():
    return an_open_poll(may_replace=True)


@pytest.fixture
def voter(poll):
    return voters_of(poll)[0]


def paper(poll, place=1, **fields):
    return {"choices": options_of(poll)[place - 1], "key": ballots.new_key(), **fields}


def ticket_of(client, poll):
    review = client.post(reverse("projects:vote", args=[poll.pk]), paper(poll, step="review"))
    return review.content.decode().partition('name="ticket" value="')[2].partition('"')[0]


def cast(client, poll, **fields):
    return client.post(reverse("projects:cast", args=[poll.pk]), paper(poll, step="cast", **fields))


def test_one_statement_is_all(browse, poll, voter, django_assert_num_queries):
    first, client = browse(voters_of(poll)[1]), browse(voter)
    cast(first, poll, ticket=ticket_of(first, poll))  # on PostgreSQL it is planned once a connection
    posted = paper(poll, step="cast", ticket=ticket_of(client, poll))
    address = reverse("projects:cast", args=[poll.pk])

    # On SQLite turnout and ballot are two statements in a transaction.
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 4):
        answer = client.post(address, posted)

    assert answer.status_code == 200
    assert Turnout.objects.filter(entry__user=voter).exists()
    receipts = [ballots.as_shown(receipt) for receipt in Ballot.objects.values_list("receipt", flat=True)]
    assert len(receipts) == 2
    assert receipt_on(answer) in receipts


def test_the_key_is_kept_for_the_page_on_which_a_ballot_is_replaced(browse, poll, voter):
    client = browse(voter)

    cast(client, poll, ticket=ticket_of(client, poll), keep="1", key="k" * 22)

    assert client.get(reverse("projects:vote", args=[poll.pk])).context["place"] == "replace"


def test_a_forged_request_has_no_ticket(poll, voter):
    client = Client(enforce_csrf_checks=True)
    client.force_login(voter, backend="django.contrib.auth.backends.ModelBackend")

    assert cast(client, poll).status_code == 403
    assert cast(client, poll, ticket="made.up").status_code == 403
    assert not Ballot.objects.exists()


def test_a_ticket_is_of_one_poll_and_half_an_hour(browse, poll, voter):
    client, other = browse(voter), an_open_poll(poll.region)
    ticket = ticket_of(client, poll)

    elsewhere = cast(browse(), other, ticket=ticket)
    with time_machine.travel(now() + timedelta(minutes=31)):
        late = cast(browse(), poll, ticket=ticket)

    assert [answer.status_code for answer in (elsewhere, late)] == [302, 302]
    assert not Ballot.objects.exists()


def test_without_a_ticket_one_votes_as_before(browse, poll, voter):
    assert cast(browse(voter), poll).status_code == 200
    assert Ballot.objects.count() == 1


def test_whose_account_was_closed_meanwhile_casts_nothing(browse, poll, voter):
    client = browse(voter)
    ticket = ticket_of(client, poll)
    User.objects.filter(pk=voter.pk).update(is_active=False)

    assert cast(client, poll, ticket=ticket).status_code == 409
    assert not Ballot.objects.exists()


def test_a_second_ticket_is_no_second_ballot(browse, poll, voter):
    client = browse(voter)
    first, second = ticket_of(client, poll), ticket_of(client, poll)

    answers = [cast(client, poll, ticket=ticket).status_code for ticket in (first, second)]

    assert answers == [200, 409]
    assert Ballot.objects.count() == 1


def test_the_refusal_of_a_ticket_keeps_what_was_chosen(browse, poll, voter):
    client = browse(voter)
    ticket = ticket_of(client, poll)

    answer = client.post(
        reverse("projects:cast", args=[poll.pk]),
        {"choices": options_of(poll), "key": ballots.new_key(), "step": "cast", "ticket": ticket},
    )

    assert answer.status_code == 409
    assert set(answer.context["form"].given) == set(options_of(poll))
