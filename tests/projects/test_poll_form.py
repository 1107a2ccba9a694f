"""The rule of a vote in the console: part by part, and only what the chosen rule uses."""

from datetime import timedelta

import pytest
from django.contrib.admin.utils import flatten_fieldsets
from django.utils.timezone import localtime, now

from communities.console_money import SHOWN
from communities.grants import Role
from projects.models import Poll
from tests.factories import PollFactory, RoadshowFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/projects/poll/add/"


@pytest.fixture
def client(browse, person, community):
    return browse(person(Role.COMMUNITY_STAFF, community))


def said(roadshow, **rule):
    day, late = localtime(now()) + timedelta(days=1), localtime(now()) + timedelta(days=2)
    times = {
        f"{name}_{part}": at.strftime(form)
        for name, at in [("opens_at", day), ("closes_at", late)]
        for part, form in [(0, "%Y-%m-%d"), (1, "%H:%M:%S")]
    }
    fields = ["electorate", "seats_per_grid", "ballot_type", "max_choices", "winner_rule", "winners", "share", "budget"]
    fields += ["minimum_support", "expert_weight", "quorum", "quorum_counts", "tie_rule", "places"]
    defaults = {name: Poll._meta.get_field(name).default for name in fields}
    return {"roadshow": roadshow.pk, **defaults, **times, **rule}


@pytest.mark.parametrize(
    ("rule", "places"),
    [
        ({"winners": 5, "places": 3}, 5),
        ({"winners": 5, "places": 7, "tie_rule": "all"}, 7),
        ({"winners": 2, "places": 9, "tie_rule": "runoff"}, 2),
        ({"winner_rule": "share", "share": 30, "winners": 4, "places": 1, "tie_rule": "all"}, 4),
    ],
)
def test_places_that_are_out_of_sight_follow_from_the_rest(client, community, rule, places):
    client.post(ADD, said(RoadshowFactory(region=community), **rule))

    assert Poll.objects.get().places == places


def test_places_that_are_in_sight_are_checked(client, community):
    answer = client.post(ADD, said(RoadshowFactory(region=community), winners=5, places=3, tie_rule="all"))

    assert (answer.status_code, Poll.objects.count()) == (200, 0)


@pytest.mark.parametrize(
    ("rule", "unused"),
    [
        ({}, {"share", "budget", "places"}),
        ({"electorate": "list", "tie_rule": "all"}, {"seats_per_grid", "share", "budget"}),
        ({"ballot_type": "score", "quorum": 0}, {"max_choices", "share", "budget", "places", "quorum_counts"}),
        ({"ballot_type": "budget", "budget": 9}, {"share", "places"}),
        ({"winner_rule": "budget_skip", "budget": 9}, {"share", "winners", "places"}),
        ({"winner_rule": "share", "share": 9, "tie_rule": "all"}, {"budget", "winners", "places"}),
    ],
)
def test_what_a_rule_does_not_use_is_not_shown_once_it_is_fixed(client, community, rule, unused):
    full = {"quorum": 50, "electorate": "representatives", **rule}
    poll = PollFactory(region=community, status="announced", **full)
    fields = {"seats_per_grid", "max_choices", "winners", "share", "budget", "places", "quorum_counts"}

    page = client.get(f"/admin/projects/poll/{poll.pk}/change/").context["adminform"]
    shown = {name.removesuffix(SHOWN) for name in flatten_fieldsets(page.fieldsets)}

    assert poll.unused == unused
    assert fields - shown == unused
