"""招募令 by service, API and clock."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate

from communities.grants import Role
from communities.models import Refused, StatusChange, User
from teams.models import RecruitmentCall
from teams.services import calls
from teams.tasks import close_due_calls
from tests.factories import FieldFactory, RecruitmentCallFactory, SceneFactory

pytestmark = pytest.mark.django_db
TODAY = localdate()
URL = "/api/v1/calls/"
MOVES = {
    "publish": ("draft", {}, "published"),
    "withdraw": ("draft", {}, "withdrawn"),
    "close": ("published", {"reason": "经费取消"}, "closed"),
    "extend": (
        "published",
        {"reason": "报名太少", "closes_on": str(TODAY + timedelta(days=60))},
        "published",
    ),
}


@pytest.fixture
def words():
    return {
        "title": "找人陪老人散步",
        "scene": SceneFactory(code="elder").code,
        "field": FieldFactory(code="service").code,
        "need": "每周两次",
        "opens_on": str(TODAY),
        "closes_on": str(TODAY + timedelta(days=7)),
    }


def test_staff_draft_a_call_in_their_community(api, staff, community, words):
    answer = api(staff).post(URL, {**words, "region": community.code, "budget": "5000.00"})

    assert answer.status_code == 201
    call = RecruitmentCall.objects.get()
    assert (call.status, call.region, call.title) == ("draft", community, "找人陪老人散步")
    assert StatusChange.objects.about(call).values_list("new", "actor__pk").get() == ("draft", staff.pk)


def test_the_same_key_drafts_one_call(api, staff, community, words):
    client = api(staff)
    for _ in range(2):
        client.post(URL, {**words, "region": community.code}, headers={"Idempotency-Key": "once"})

    assert RecruitmentCall.objects.count() == 1


def test_nobody_drafts_a_call_elsewhere(api, staff, neighbour, words):
    assert api(staff).post(URL, {**words, "region": neighbour.code}).status_code == 404
    assert not RecruitmentCall.objects.exists()


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.STREET_STAFF, Role.RESIDENT, Role.TEAM_CONTACT])
def test_only_community_staff_draft_calls(api, person, community, words, role):
    assert api(person(role, community)).post(URL, {**words, "region": community.code}).status_code == 404


def test_a_stranger_drafts_nothing(api, community, words):
    assert api().post(URL, {**words, "region": community.code}).status_code == 403


def test_a_street_makes_no_call(api, person, street, words):
    answer = api(person(Role.COMMUNITY_STAFF, street)).post(URL, {**words, "region": street.code})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "refused")


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"title": ""}, "title"),
        ({"scene": "nowhere"}, "scene"),
        ({"closes_on": str(TODAY - timedelta(days=1))}, "closes_on"),
        ({"budget": "-1"}, "budget"),
        ({"budget": "much"}, "budget"),
    ],
)
def test_bad_input_is_answered_at_its_field(api, staff, community, words, wrong, at):
    answer = api(staff).post(URL, {**words, "region": community.code, **wrong})

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [at])
    assert not RecruitmentCall.objects.exists()


def test_a_switched_off_word_cannot_be_chosen(api, staff, community, words):
    words["scene"] = SceneFactory(code="gone", is_active=False).code

    assert api(staff).post(URL, {**words, "region": community.code}).status_code == 400


def test_a_draft_is_edited(api, staff, community):
    call = RecruitmentCallFactory(region=community, status="draft")

    assert api(staff).patch(f"{URL}{call.pk}/", {"title": "新题目"}).json()["title"] == "新题目"


def test_a_published_call_is_not_edited(api, staff, call):
    answer = api(staff).patch(f"{URL}{call.pk}/", {"title": "新题目"})

    assert answer.status_code == 409
    call.refresh_from_db()
    assert call.title == "陪老人散步"


def test_a_call_does_not_wander_to_another_community(api, staff, community, neighbour):
    call = RecruitmentCallFactory(region=community, status="draft")

    assert api(staff).patch(f"{URL}{call.pk}/", {"region": neighbour.code}).json()["region"] == community.code


@pytest.mark.parametrize("move", MOVES)
def test_a_move_works_once(api, staff, community, move):
    status, body, becomes = MOVES[move]
    call = RecruitmentCallFactory(region=community, status=status)

    first, second = (api(staff).post(f"{URL}{call.pk}/{move}/", body) for _ in range(2))

    assert (first.status_code, first.json()["status"]) == (200, becomes)
    assert (second.status_code, list(second.json())) == (409, ["error"])


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("role", [Role.OBSERVER, Role.STREET_STAFF, Role.RESIDENT])
def test_a_move_is_not_for_other_roles(api, person, community, move, role):
    status, body, _becomes = MOVES[move]
    call = RecruitmentCallFactory(region=community, status=status)

    assert api(person(role, community)).post(f"{URL}{call.pk}/{move}/", body).status_code == 404
    call.refresh_from_db()
    assert call.status == status


@pytest.mark.parametrize("move", MOVES)
def test_a_move_is_not_for_neighbours(api, staff, neighbour, move):
    status, body, _becomes = MOVES[move]
    call = RecruitmentCallFactory(region=neighbour, status=status)

    assert api(staff).post(f"{URL}{call.pk}/{move}/", body).status_code == 404


@pytest.mark.parametrize(
    ("move", "status"), [(m, s) for m in MOVES for s in RecruitmentCall.Status if s != MOVES[m][0]]
)
def test_a_move_is_refused_in_any_other_status(api, staff, community, move, status):
    call = RecruitmentCallFactory(region=community, status=status)

    assert api(staff).post(f"{URL}{call.pk}/{move}/", MOVES[move][1]).status_code == 409
    call.refresh_from_db()
    assert call.status == status


@pytest.mark.parametrize("move", ["close", "extend"])
def test_a_move_that_hurts_says_why(api, staff, call, move):
    body = {**MOVES[move][1], "reason": " "}

    assert api(staff).post(f"{URL}{call.pk}/{move}/", body).status_code == 400


@pytest.mark.parametrize("days", [0, -1])
def test_a_call_is_put_off_to_a_later_day_only(staff, call, days):
    with pytest.raises(Refused):
        calls.extend(call, by=staff, closes_on=call.closes_on + timedelta(days=days), reason="x")


def test_a_call_that_is_put_off_says_so_in_the_record(staff, call):
    later = call.closes_on + timedelta(days=3)

    calls.extend(call, by=staff, closes_on=later, reason="报名太少")

    entry = StatusChange.objects.about(call).get()
    assert (entry.new, entry.reason) == ("extended", f"{later - timedelta(days=3)} → {later}: 报名太少")
    assert entry.new_label != "extended"


def test_a_call_whose_last_day_is_over_is_not_published(staff, community):
    call = RecruitmentCallFactory(region=community, status="draft", opens_on=TODAY - timedelta(days=20))

    with pytest.raises(Refused):
        calls.publish(call, by=staff)


def test_calls_close_after_their_last_day_also_days_later(call):
    system = User.objects.system()

    assert calls.close_due(on=call.closes_on, by=system) == 0
    assert calls.close_due(on=call.closes_on + timedelta(days=9), by=system) == 1
    assert calls.close_due(on=call.closes_on + timedelta(days=9), by=system) == 0
    entry = StatusChange.objects.about(call).get()
    assert (entry.new, entry.actor) == ("closed", system)


def test_the_clock_closes_what_is_due_and_nothing_else(community):
    due = RecruitmentCallFactory(region=community, opens_on=TODAY - timedelta(days=15))
    last_day = RecruitmentCallFactory(region=community, opens_on=TODAY - timedelta(days=14))
    draft = RecruitmentCallFactory(region=community, status="draft", opens_on=TODAY - timedelta(days=90))

    close_due_calls()
    close_due_calls()

    statuses = {call.pk: call.status for call in RecruitmentCall.objects.all()}
    assert statuses == {due.pk: "closed", last_day.pk: "published", draft.pk: "draft"}


def test_who_sees_which_calls(api, staff, officer, community, neighbour):
    made = {
        (place.name, status): RecruitmentCallFactory(region=place, status=status).pk
        for place in (community, neighbour)
        for status in RecruitmentCall.Status
    }
    public = {pk for (_place, status), pk in made.items() if status in {"published", "closed"}}
    mine = {pk for (place, _status), pk in made.items() if place == community.name}

    def seen(client):
        return {row["id"] for row in client.get(URL).json()["results"]}

    assert seen(api()) == public
    assert seen(api(staff)) == public | mine
    assert seen(api(officer)) == set(made.values())


def test_filters(api, community, neighbour):
    scene = SceneFactory(code="elder")
    here = RecruitmentCallFactory(region=community, scene=scene, title="散步")
    RecruitmentCallFactory(region=neighbour, title="理发")
    later = RecruitmentCallFactory(region=community, title="修车", opens_on=TODAY + timedelta(days=1))
    closed = RecruitmentCallFactory(region=community, title="旧的", status="closed")

    def found(**query):
        return {row["id"] for row in api().get(URL, query).json()["results"]}

    assert found(region=community.code) == {here.pk, later.pk, closed.pk}
    assert found(scene="elder") == {here.pk}
    assert found(q="修") == {later.pk}
    assert found(open="true", region=community.code) == {here.pk}
    assert found(status="closed") == {closed.pk}


def test_a_city_without_its_words_loads_them_by_one_command(api):
    call_command("loaddata", "jinhua", verbosity=0)

    names = [row["label"] for row in api().get("/api/v1/team-types/").json()["results"]]
    assert len(names) == 12
    assert "小巷医生" in names
