"""By approval, by score, within a budget: what fits the rule counts, what does not leaves nothing behind."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from communities.models import Refused
from projects.models import Turnout
from projects.models.ballots import Ballot
from projects.services import ballots
from tests.factories import UserFactory
from tests.voting import an_open_poll, at_places, close, outcomes_of, vote, voters_of

pytestmark = pytest.mark.django_db


def refused(poll, said):
    with pytest.raises(Refused) as no:
        vote(poll, said)
    assert (Ballot.objects.count(), Turnout.objects.count()) == (0, 0)
    return no.value.code


def figures(poll):
    return [(r.votes, r.rank) for r in poll.results.order_by("rank", "pk")]


def test_by_score_the_points_are_added_up():
    poll = an_open_poll(ballot_type="score", winners=1)
    vote(poll, {1: 10, 2: 3}, {2: 8}, {1: 1, 3: 2})

    close(poll)

    assert figures(poll) == [(11, 1), (11, 1), (2, 3)]
    assert outcomes_of(poll) == ["tied", "tied", "not_chosen"]
    assert poll.results.order_by("pk").first().support == Decimal("36.666667")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({1: 11}, "points_out_of_range"),
        ({1: -1}, "points_out_of_range"),
        ({1: 0, 2: 0}, "nothing_chosen"),
        ([1], "wrong_ballot_type"),
    ],
)
def test_a_score_that_does_not_fit_is_refused(said, code):
    assert refused(an_open_poll(ballot_type="score"), said) == code


def test_points_where_none_are_given_are_refused():
    assert refused(an_open_poll(), {1: 1}) == "wrong_ballot_type"


def test_within_a_budget_what_one_chooses_must_fit_together():
    poll = an_open_poll(costs=[300, 500, 201], ballot_type="budget", budget=500, max_choices=3)

    assert refused(poll, [1, 3]) == "over_budget"
    assert len(vote(poll, [2])) == 1


def test_within_a_budget_the_number_is_limited_too():
    assert refused(an_open_poll(costs=[1, 1, 1], ballot_type="budget", budget=500, max_choices=1), [1, 2]) == "too_many"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("budget_skip", ["shortlisted", "not_chosen", "shortlisted"]),
        ("budget_stop", ["shortlisted", "not_chosen", "not_chosen"]),
    ],
)
def test_the_budget_is_spent_in_order_of_support(rule, expected):
    poll = an_open_poll(costs=[300, 250, 200], winner_rule=rule, budget=500, max_choices=3)
    vote(poll, [1, 2, 3], [1, 2], [1])

    close(poll)

    assert (poll.status, outcomes_of(poll)) == ("settled", expected)


def test_all_above_a_share_win():
    poll = an_open_poll(winner_rule="share", share=50)
    vote(poll, [1, 2], [1, 2], [1, 3], [1])

    close(poll)

    assert outcomes_of(poll) == ["shortlisted", "not_chosen", "not_chosen"]


def test_below_the_minimum_support_no_place_is_given():
    poll = an_open_poll(winners=3, places=3, minimum_support=40)
    vote(poll, [1, 2], [1, 2], [1, 3])

    close(poll)

    assert outcomes_of(poll) == ["shortlisted", "shortlisted", "not_chosen"]
    assert "低于最低支持率" in _why(poll)


def _why(poll):
    return poll.results.get(outcome="not_chosen").project.last_change().reason


def test_the_experts_voice_is_counted_apart_and_weighs_as_announced():
    experts = [UserFactory(), UserFactory()]
    poll = an_open_poll(voters=4, experts=experts, expert_weight=40, winners=1)
    vote(poll, [1], [1], [1], [2])
    for expert in experts:
        ballots.cast(poll, choices=at_places(poll, [2]), key=ballots.new_key(), by=expert)

    close(poll)

    assert (poll.roll_size, poll.voted, poll.ballots, poll.expert_roll, poll.expert_ballots) == (4, 4, 4, 2, 2)
    assert list(poll.results.order_by("project").values_list("votes", "expert_votes", "support")) == [
        (3, 0, Decimal(45)),
        (1, 2, Decimal(55)),
        (0, 0, Decimal(0)),
    ]
    assert outcomes_of(poll) == ["not_chosen", "shortlisted", "not_chosen"]


def test_an_expert_who_lives_there_has_one_ballot():
    poll = an_open_poll(voters=2, experts=[(expert := UserFactory())], expert_weight=40)
    assert poll.roll.filter(user=expert).count() == 1

    ballots.cast(poll, choices=at_places(poll, [1]), key=ballots.new_key(), by=expert)

    with pytest.raises(Refused) as no:
        ballots.cast(poll, choices=at_places(poll, [1]), key=ballots.new_key(), by=expert)
    assert no.value.code == "already_voted"


@pytest.mark.parametrize("points", [[11], [0], [1, 2]])
def test_the_database_refuses_points_out_of_range(points):
    poll = an_open_poll(ballot_type="score")

    with pytest.raises(DatabaseError, match="points_out_of_range"), transaction.atomic():
        Ballot.objects.create(poll=poll, choices=at_places(poll, [1]), points=points, key_hash="x", receipt="y")


def test_a_vote_by_score_is_one_statement(django_assert_num_queries):
    poll = an_open_poll(ballot_type="score")
    voter, choices = voters_of(poll)[0], at_places(poll, {1: 4, 3: 10})

    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 4):
        ballots.cast(poll, choices=choices, key=ballots.new_key(), by=voter)
