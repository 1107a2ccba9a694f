"""A ballot may be replaced until the poll closes, where the rule says so: the old one is gone, the fact is not."""

import pytest
from django.urls import reverse

from communities.models import Refused
from projects.models import Turnout
from projects.models.ballots import Ballot
from projects.services import ballots
from tests.voting import an_open_poll, at_places, close, options_of, voters_of

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = ("1" * 22, "2" * 22, "3" * 22)


@pytest.fixture
def poll():
    return an_open_poll(may_replace=True)


def cast(poll, said, key, *, replaces="", by=None):
    fields = {"choices": at_places(poll, said), "key": key, "replaces": replaces}
    return ballots.cast(poll, by=by or voters_of(poll)[0], **fields)


def test_the_new_ballot_counts_and_the_old_is_gone(poll):
    cast(poll, [1], FIRST)

    cast(poll, [2], SECOND, replaces=FIRST)
    cast(poll, [3], THIRD, replaces=SECOND)

    assert [ballot.choices for ballot in Ballot.objects.all()] == [[options_of(poll)[2]]]
    assert Turnout.objects.get().replaced == 2
    close(poll)
    assert (poll.voted, poll.ballots) == (1, 1)


def test_sent_again_it_gives_the_same_receipt(poll):
    cast(poll, [1], FIRST)
    receipt = cast(poll, [2], SECOND, replaces=FIRST)

    assert cast(poll, [2], SECOND, replaces=FIRST) == receipt
    assert (Ballot.objects.count(), Turnout.objects.get().replaced) == (1, 1)


@pytest.mark.parametrize(
    ("said", "key", "replaces", "code"),
    [
        ([2], SECOND, "", "already_voted"),
        ([2], SECOND, THIRD, "not_replaced"),  # the key of no ballot
        ([1, 2, 3], SECOND, FIRST, "too_many"),
        ([2], FIRST, FIRST, "key_reused"),
    ],
)
def test_what_is_not_possible_leaves_the_ballot_as_it_was(poll, said, key, replaces, code):
    cast(poll, [1], FIRST)

    with pytest.raises(Refused) as no:
        cast(poll, said, key, replaces=replaces)

    assert no.value.code == code
    assert [ballot.choices for ballot in Ballot.objects.all()] == [[options_of(poll)[0]]]
    assert Turnout.objects.get().replaced == 0


def test_not_where_the_rule_does_not_say_so():
    poll = an_open_poll()
    cast(poll, [1], FIRST)

    with pytest.raises(Refused) as no:
        cast(poll, [2], SECOND, replaces=FIRST)

    assert no.value.code == "no_replacing"
    assert Ballot.objects.get().choices == [options_of(poll)[0]]


def test_who_has_not_voted_replaces_nobodys_ballot(poll):
    cast(poll, [1], FIRST)

    with pytest.raises(Refused):
        cast(poll, [2], SECOND, replaces=FIRST, by=voters_of(poll)[1])

    assert [ballot.choices for ballot in Ballot.objects.all()] == [[options_of(poll)[0]]]


def test_by_the_page_with_the_device_on_which_it_was_cast(browse, poll):
    client = browse(voters_of(poll)[0])
    page, options = reverse("projects:vote", args=[poll.pk]), options_of(poll)

    client.post(page, {"key": FIRST, "choices": options[0], "step": "cast", "keep": 1})
    paper = client.get(page)
    replaces = paper.context["form"]["replaces"].value()
    answer = client.post(page, {"key": SECOND, "replaces": replaces, "choices": options[1], "step": "cast", "keep": 1})

    assert (paper.context["place"], replaces) == ("replace", FIRST)
    assert answer.status_code == 200
    assert Ballot.objects.get().choices == [options[1]]
    assert browse(voters_of(poll)[0]).get(page).context["place"] == "voted"
