"""Invariant 1: a person casts at most one ballot in a roadshow, whatever the concurrency, the retries, the channel."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from communities.models import Refused
from projects.models import Turnout, VoterRollEntry
from projects.models.ballots import Ballot
from projects.services import ballots
from tests.factories import ResidentFactory
from tests.voting import an_open_poll, options_of, vote, voters_of


def cast(poll, *places, key=None, by):
    options = options_of(poll)
    return ballots.cast(poll, choices=[options[n - 1] for n in places], key=key or ballots.new_key(), by=by)


@pytest.mark.django_db
def test_a_second_ballot_is_refused_and_the_first_stands():
    poll = an_open_poll(voters=2)
    voter = voters_of(poll)[0]
    cast(poll, 1, by=voter)

    with pytest.raises(Refused) as no:
        cast(poll, 2, by=voter)

    assert no.value.code == "already_voted"
    assert [ballot.choices for ballot in Ballot.objects.all()] == [[options_of(poll)[0]]]
    assert Turnout.objects.count() == 1


@pytest.mark.django_db
def test_a_retry_with_the_same_key_gets_the_same_receipt():
    poll = an_open_poll(voters=2)
    voter, key = voters_of(poll)[0], ballots.new_key()

    receipts = {cast(poll, 1, 3, key=key, by=voter), cast(poll, 3, 1, key=key, by=voter)}

    assert receipts == {Ballot.objects.get().receipt}


@pytest.mark.django_db
def test_the_same_key_with_another_choice_is_refused():
    poll = an_open_poll(voters=2)
    voter, key = voters_of(poll)[0], ballots.new_key()
    cast(poll, 1, key=key, by=voter)

    with pytest.raises(Refused) as no:
        cast(poll, 2, key=key, by=voter)

    assert no.value.code == "key_reused"


@pytest.mark.django_db
def test_another_persons_key_neither_votes_nor_tells_the_receipt():
    poll = an_open_poll(voters=2)
    (first, second), key = voters_of(poll), ballots.new_key()
    cast(poll, 1, key=key, by=first)

    with pytest.raises(Refused) as no, transaction.atomic():
        cast(poll, 1, key=key, by=second)

    assert no.value.code == "one_ballot_per_key"
    assert (Ballot.objects.count(), Turnout.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_paper_and_phone_share_the_one_place():
    poll = an_open_poll(voters=1)
    Turnout.objects.create(entry=VoterRollEntry.objects.get(poll=poll), poll=poll, channel="paper")

    with pytest.raises(Refused) as no:
        cast(poll, 1, by=voters_of(poll)[0])

    assert no.value.code == "already_voted"


@pytest.mark.django_db
def test_an_account_that_moves_to_another_resident_does_not_vote_again():
    poll = an_open_poll(voters=1)
    late = ResidentFactory(region=poll.region)
    other = an_open_poll(poll.region, voters=0)  # a roll on which the late resident stands without an account
    voter = voters_of(poll)[0]
    cast(other, 1, by=voter)
    voter.residencies.update(status="left")
    late.user = voter
    late.save()

    with pytest.raises(Refused) as no:
        cast(other, 2, by=voter)

    assert no.value.code == "already_voted"


@pytest.mark.django_db
def test_the_database_holds_it_without_any_code():
    poll = an_open_poll(voters=2)
    vote(poll, [1])
    entry, waiting = Turnout.objects.get().entry, VoterRollEntry.objects.get(turnout=None)
    values = {"entry": waiting, "poll": poll}

    for broken in [
        lambda: Turnout.objects.bulk_create([Turnout(entry=entry, poll=poll)]),
        lambda: VoterRollEntry.objects.create(poll=poll, resident=entry.resident),
        lambda: VoterRollEntry.objects.filter(pk=waiting.pk).update(resident=entry.resident),
        lambda: Turnout.objects.filter(entry=entry).update(entry=waiting),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()
    assert Turnout.objects.create(**values)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_voters_sending_ten_ballots_each_at_once_leave_one_each():
    people, copies = (100, 10) if connection.vendor == "postgresql" else (10, 4)
    poll = an_open_poll(voters=people)
    voters, options, start = voters_of(poll), options_of(poll), Barrier(16)

    def send(jobs):
        start.wait(timeout=30)
        outcomes = []
        for voter, number in jobs:
            try:
                key = ballots.new_key()
                outcomes.append((voter.pk, ballots.cast(poll, choices=[options[number % 3]], key=key, by=voter)))
            except Refused as no:
                outcomes.append((voter.pk, no.code))
        connection.close()
        return outcomes

    # Neighbouring jobs are of the same voter, and go to different threads.
    jobs = [(voter, number) for voter in voters for number in range(copies)]
    with ThreadPoolExecutor(16) as threads:
        outcomes = [one for some in threads.map(send, [jobs[n::16] for n in range(16)]) for one in some]

    refused = Counter(code for _voter, code in outcomes if code == "already_voted")
    receipts = {voter: code for voter, code in outcomes if code != "already_voted"}
    assert refused["already_voted"] == people * (copies - 1)
    assert set(receipts) == {voter.pk for voter in voters}
    assert set(Ballot.objects.values_list("receipt", flat=True)) == set(receipts.values())
    assert Turnout.objects.filter(poll=poll).count() == people


@pytest.mark.django_db(transaction=True)
def test_ten_retries_at_once_with_one_key_all_get_the_one_receipt():
    poll = an_open_poll(voters=1)
    voter, key, start = voters_of(poll)[0], ballots.new_key(), Barrier(10)

    def send(_number):
        start.wait(timeout=30)
        receipt = cast(poll, 1, key=key, by=voter)
        connection.close()
        return receipt

    with ThreadPoolExecutor(10) as threads:
        receipts = list(threads.map(send, range(10)))

    assert set(receipts) == {Ballot.objects.get().receipt}
