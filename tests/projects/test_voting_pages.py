"""Voting on a phone, without JavaScript."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now

from projects.models.ballots import Ballot
from projects.services import ballots, polls
from tests.factories import ResidentFactory, TeamContactFactory, UserFactory
from tests.voting import a_poll, an_open_poll, close, options_of, receipt_on, staff_of, vote, voters_of

pytestmark = pytest.mark.django_db


def page(poll):
    return reverse("projects:vote", args=[poll.pk])


def post(client, poll, step, *places, key=None):
    choices = [options_of(poll)[n - 1] for n in places]
    return client.post(page(poll), {"step": step, "choices": choices, "key": key or ballots.new_key()})


def test_choose_look_over_cast(browse):
    poll = an_open_poll()
    client = browse(voters_of(poll)[0])

    paper = client.get(page(poll))
    key = paper.context["form"]["key"].value()
    review = post(client, poll, "review", 1, 3, key=key)
    receipt = post(client, poll, "cast", 1, 3, key=key)

    assert [option.order for option, _points in review.context["form"].chosen] == [1, 3]
    assert Ballot.objects.get().choices == sorted([options_of(poll)[0], options_of(poll)[2]])
    assert ballots.as_shown(Ballot.objects.get().receipt) in receipt.content.decode()
    assert "no-store" in receipt["Cache-Control"]


def test_pressing_twice_shows_the_same_receipt(browse):
    poll = an_open_poll()
    client, key = browse(voters_of(poll)[0]), ballots.new_key()

    first, second = (post(client, poll, "cast", 1, key=key) for _time in range(2))

    assert receipt_on(first) == receipt_on(second) != ""
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize("step", ["review", "cast"])
def test_too_many_is_said_and_the_ticks_are_kept(step, browse):
    poll = an_open_poll()
    client = browse(voters_of(poll)[0])

    answer = post(client, poll, step, 1, 2, 3)

    assert "3" in str(answer.context["form"].errors["choices"])
    assert answer.content.decode().count(" checked") == 3
    assert Ballot.objects.count() == 0


def test_nothing_chosen_is_said(browse):
    poll = an_open_poll()

    answer = post(browse(voters_of(poll)[0]), poll, "review")

    assert answer.context["form"].errors["choices"]


def test_change_leads_back_with_the_ticks(browse):
    poll = an_open_poll()
    key = ballots.new_key()

    answer = post(browse(voters_of(poll)[0]), poll, "change", 2, key=key)

    assert set(answer.context["form"].given) == {options_of(poll)[1]}
    assert answer.context["form"]["key"].value() == key


def test_signed_out_meanwhile_one_signs_in_and_goes_on(browse):
    poll = an_open_poll()
    client, key = browse(), ballots.new_key()

    away = post(client, poll, "cast", 2, key=key)
    client.force_login(voters_of(poll)[0], backend="django.contrib.auth.backends.ModelBackend")
    back = client.get(page(poll))

    assert away.status_code == 302
    assert str(options_of(poll)[1]) not in away["Location"]
    assert set(back.context["form"].given) == {options_of(poll)[1]}
    assert back.context["form"]["key"].value() == key
    assert client.cookies["ballot-paper"].value == ""


def stranger(poll):
    return UserFactory()


def contact(poll):
    return TeamContactFactory(team=poll.roadshow.entries.first().project.team).user


@pytest.mark.parametrize(("who", "place"), [(stranger, "not_on_roll"), (contact, "struck")])
def test_who_may_not_vote_is_told_why(who, place, browse):
    poll = a_poll()
    user = who(poll)
    if place == "struck":
        ResidentFactory(region=poll.region, user=user)
    polls.open_(poll, by=staff_of(poll.region))

    shown, refused = browse(user).get(page(poll)), post(browse(user), poll, "cast", 1)

    assert (shown.context["place"], refused.context["place"]) == (place, place)
    assert refused.status_code == 409
    assert Ballot.objects.count() == 0


def test_struck_although_only_the_phone_number_is_the_same():
    poll = a_poll(voters=2)
    user = UserFactory(phone="+8613700001111")
    TeamContactFactory(team=poll.roadshow.entries.first().project.team, user=user)
    ResidentFactory(region=poll.region, phone="+8613700001111")

    polls.open_(poll, by=staff_of(poll.region))

    assert [bool(entry.struck) for entry in poll.roll.order_by("pk")] == [False, False, True]
    assert poll.roll_size == 2


def test_who_signs_up_after_the_opening_takes_the_place_on_the_roll(browse):
    poll = a_poll(voters=1)
    resident = ResidentFactory(region=poll.region)
    polls.open_(poll, by=staff_of(poll.region))
    resident.user = UserFactory()
    resident.save()

    answer = post(browse(resident.user), poll, "cast", 1)

    assert answer.status_code == 200
    assert Ballot.objects.count() == 1


def test_already_voted_and_closed_are_said(browse):
    poll = an_open_poll()
    voter = voters_of(poll)[0]
    vote(poll, [1])

    again = post(browse(voter), poll, "cast", 2)
    with time_machine.travel(now() + timedelta(hours=2)):
        late = post(browse(voters_of(poll)[1]), poll, "cast", 2)

    assert (again.status_code, again.context["refusal"].code) == (409, "already_voted")
    assert (late.status_code, late.context["refusal"].code) == (409, "poll_not_open")
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize(
    "junk", [{"choices": ["x"]}, {"choices": ["9" * 40]}, {"choices": ["77777777"]}, {"key": "short"}]
)
def test_junk_is_refused_in_words(junk, browse):
    poll = an_open_poll()
    good = {"step": "cast", "choices": options_of(poll)[:1], "key": ballots.new_key()}

    answer = browse(voters_of(poll)[0]).post(page(poll), good | junk)

    assert answer.status_code == 409
    assert Ballot.objects.count() == 0


def test_a_poll_that_does_not_exist_is_404(browse):
    assert browse(UserFactory()).post("/polls/987654/vote/", {"step": "cast", "choices": ["1"]}).status_code == 404


def test_after_closing_one_finds_ones_ballot(browse):
    poll = an_open_poll()
    receipt = ballots.as_shown(vote(poll, [2, 3], [1])[0])
    close(poll)
    address = reverse("projects:poll", args=[poll.pk])

    found = browse().post(address, {"receipt": receipt.lower().replace("-", " ")})
    missed = browse().post(address, {"receipt": "ABCD"})

    assert {project.pk for project, _points in found.context["found"]} == set(options_of(poll)[1:])
    assert missed.context["found"] == []


def test_casting_takes_three_queries(browse, django_assert_num_queries):
    poll = an_open_poll()
    client = browse(voters_of(poll)[0])
    data = {"step": "cast", "choices": options_of(poll)[:1], "key": ballots.new_key()}

    # Session, person, and the vote: one statement on PostgreSQL; two in a transaction on SQLite.
    with django_assert_num_queries(3 if connection.vendor == "postgresql" else 6):
        assert client.post(page(poll), data).status_code == 200
