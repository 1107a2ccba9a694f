"""Roadshows and polls through the API and the console: works, wrong role, elsewhere, wrong state, twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from communities.grants import Role
from projects.models import Poll, Roadshow
from projects.models.ballots import Ballot
from projects.sections import own_votes, votes_in
from projects.services import ballots
from tests.factories import PollFactory, ProjectFactory, ResidentFactory, RoadshowFactory, UserFactory
from tests.voting import a_poll, an_evening, an_open_poll, close, options_of, staff_of, vote, voters_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_an_evening_from_plan_to_result(api, person, community):
    staff = api(person(Role.COMMUNITY_STAFF, community))
    made = [ProjectFactory(region=community, status="accepted").pk for _n in range(3)]
    voter = ResidentFactory(region=community, user=UserFactory()).user
    said = {"region": community.code, "title": "路演会", "place": "礼堂", "starts_at": now() + HOUR}

    roadshow = staff.post("/api/v1/roadshows/", said).json()["id"]
    steps = [
        staff.post(f"/api/v1/roadshows/{roadshow}/arrange/", {"projects": made[::-1]}),
        staff.post(f"/api/v1/roadshows/{roadshow}/announce/"),
    ]
    rule = {"roadshow": roadshow, "electorate": "residents", "max_choices": 1, "winners": 1, "places": 1, "quorum": 50}
    poll = staff.post("/api/v1/polls/", rule | {"opens_at": now(), "closes_at": now() + HOUR}).json()["id"]
    steps += [staff.post(f"/api/v1/polls/{poll}/announce/"), staff.post(f"/api/v1/polls/{poll}/open/")]
    key = ballots.new_key()
    cast = [api(voter).post(f"/api/v1/polls/{poll}/ballots/", {"choices": made[:1], "key": key}) for _n in range(2)]
    turnout = api().get(f"/api/v1/polls/{poll}/turnout/").json()
    hidden = staff.get(f"/api/v1/polls/{poll}/results/")
    steps.append(staff.post(f"/api/v1/polls/{poll}/close/", {"reason": "全部投完"}))
    results = api().get(f"/api/v1/polls/{poll}/results/").json()

    assert [(step.status_code, step.json().get("error")) for step in steps] == [(200, None)] * 5
    assert [entry["project"] for entry in steps[0].json()["entries"]] == made[::-1]
    assert [answer.status_code for answer in cast] == [201, 201]
    assert cast[0].json() == cast[1].json()
    assert turnout == {"roll": 1, "present": 0, "voted": 1, "needed": 1, "missing": 0, "percent": 100}
    assert hidden.status_code == 404
    assert [(row["project"], row["outcome"]) for row in results if row["votes"]] == [(made[0], "shortlisted")]
    assert steps[-1].json()["status"] == "settled"


MOVES = ["announce", "withdraw", "open", "extend", "close", "settle", "cancel"]


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("role", [Role.OBSERVER, Role.STREET_STAFF, Role.RESIDENT, Role.TEAM_CONTACT])
def test_only_the_communitys_staff_move_a_poll(move, role, api, person, community, neighbour):
    poll = PollFactory(region=community, status="announced")
    strangers = [person(role, community), person(Role.COMMUNITY_STAFF, neighbour)]
    said = {"reason": "x", "until": now() + 9 * HOUR}

    answers = [api(user).post(f"/api/v1/polls/{poll.pk}/{move}/", said).status_code for user in strangers]

    assert answers == [404, 404]
    assert api().post(f"/api/v1/polls/{poll.pk}/{move}/", said).status_code in {401, 403}
    assert Poll.objects.get(pk=poll.pk).status == "announced"


@pytest.mark.parametrize("move", [move for move in MOVES if move != "cancel"])
def test_a_move_in_the_wrong_state_is_409(move, api, community):
    poll = PollFactory(region=community, status="cancelled")

    answer = api(staff_of(community)).post(f"/api/v1/polls/{poll.pk}/{move}/", {"reason": "x", "until": now() + HOUR})

    assert answer.status_code == 409
    assert set(answer.json()["error"]) == {"code", "message", "fields"}


def test_a_draft_is_seen_by_its_staff_only(api, community, neighbour):
    roadshow, poll = RoadshowFactory(region=community), PollFactory(region=community)

    for path in [f"roadshows/{roadshow.pk}", f"polls/{poll.pk}"]:
        seen = [api(staff_of(community)), api(staff_of(neighbour)), api()]
        assert [client.get(f"/api/v1/{path}/").status_code for client in seen] == [200, 404, 404]


def test_casting_needs_a_person_and_says_what_is_wrong(api):
    poll = an_open_poll()
    address, good = f"/api/v1/polls/{poll.pk}/ballots/", {"choices": options_of(poll)[:1], "key": ballots.new_key()}
    voter = api(voters_of(poll)[0])

    answers = [
        api().post(address, good).status_code,
        voter.post(address, good | {"key": "short"}).status_code,
        voter.post(address, good | {"choices": []}).status_code,
        voter.post(address, good | {"choices": options_of(poll)}).status_code,
        voter.post(address, good | {"choices": [10**15]}).status_code,
        voter.post("/api/v1/polls/987654/ballots/", good).status_code,
        api(UserFactory()).post(address, good).status_code,
    ]

    assert answers[0] in {401, 403}
    assert answers[1:] == [400, 409, 409, 409, 409, 409]
    assert not Ballot.objects.exists()


def test_the_roll_is_masked_and_for_the_communitys_staff(api, person):
    poll = an_open_poll(voters=2)
    vote(poll, [1])
    watching = [
        staff_of(poll.region),
        person(Role.OBSERVER, poll.region),
        voters_of(poll)[0],
        staff_of(ResidentFactory().region),
    ]

    lists = [api(user).get(f"/api/v1/voter-roll/?poll={poll.pk}").json()["results"] for user in watching]

    assert [len(rows) for rows in lists] == [2, 0, 0, 0]
    assert sorted(row["has_voted"] for row in lists[0]) == [False, True]
    assert {row["name"][1] for row in lists[0]} == {"*"}


@pytest.mark.parametrize("path", ["roadshows", "polls", "voter-roll"])
def test_lists_take_as_many_queries_for_three_as_for_one(path, api, community):
    client, counts = api(staff_of(community)), []
    for _row in range(3):
        an_open_poll(community, voters=1)
        client.get(f"/api/v1/{path}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/api/v1/{path}/")
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_the_console_plans_arranges_and_settles(browse, community):
    roadshow = an_evening(community, projects=2, voters=2)
    staff = browse(staff_of(community))
    first, second = (entry.project_id for entry in roadshow.entries.all())
    day = (now() + HOUR).strftime

    staff.post(f"/admin/projects/roadshow/{roadshow.pk}/arrange/", {f"project_{first}": 2, f"project_{second}": 1})
    made = staff.post(
        reverse("admin:projects_poll_add"),
        {
            "roadshow": roadshow.pk,
            "electorate": "residents",
            "ballot_type": "approval",
            "max_choices": 1,
            "winner_rule": "best",
            "winners": 1,
            "places": 1,
            **dict.fromkeys(("seats_per_grid", "share", "budget", "minimum_support", "expert_weight", "quorum"), 0),
            "quorum_counts": "voted",
            "tie_rule": "lot",
            "opens_at_0": day("%Y-%m-%d"),
            "opens_at_1": "08:00",
            "closes_at_0": (now() + 48 * HOUR).strftime("%Y-%m-%d"),
            "closes_at_1": "20:00",
        },
    )
    poll = Poll.objects.get(roadshow=roadshow)
    page = f"/admin/projects/poll/{poll.pk}"
    for step in ["announce", "open-now"]:
        staff.post(f"{page}/{step}/", {"reason": "代表都已到场"})
    vote(poll, [1], [2])
    refused = staff.post(f"{page}/close/", {"reason": ""})
    staff.post(f"{page}/close/", {"reason": "全部投完"})
    tied = Poll.objects.get(pk=poll.pk).status
    staff.post(f"{page}/settle/", {"seed": "3 5 6"})

    assert list(Roadshow.objects.get().entries.values_list("project", flat=True)) == [second, first]
    assert made.status_code == 302
    assert refused.status_code == 200
    assert tied == "tied"
    assert Poll.objects.get(pk=poll.pk).status == "settled"
    assert "3 5 6" in staff.get(f"{page}/change/").content.decode()


def test_the_console_hides_figures_while_open(browse):
    poll = an_open_poll(voters=3)
    vote(poll, [1], [1])
    staff = browse(staff_of(poll.region))
    before = staff.get(f"/admin/projects/poll/{poll.pk}/change/")
    close(poll)
    after = staff.get(f"/admin/projects/poll/{poll.pk}/change/")

    assert "<b>2</b> (" not in before.content.decode()
    assert "<b>2</b> (" in after.content.decode()


def test_pages_show_open_votes_to_those_who_may_still_vote(browse):
    poll, other = an_open_poll(voters=2), a_poll(voters=1)
    vote(poll, [1])
    voted, waiting = voters_of(poll)

    assert own_votes(voted) == []
    assert own_votes(waiting) == [poll]
    assert votes_in(poll.region, None)["polls"] == [poll]
    assert votes_in(other.region, None)["polls"] == []
    for path in ["/roadshows/", f"/roadshows/?region={poll.region.code}", poll.roadshow.get_absolute_url()]:
        assert "秋季项目路演会" in browse().get(path).content.decode()
