"""The ladder of every move of an activity and its places through the API: works, wrong role, wrong state, twice."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from communities.grants import Role
from tests.factories import (
    ActivityFactory,
    ActivityKindFactory,
    AttendanceFactory,
    SignupFactory,
    UserFactory,
    VolunteerFactory,
)
from tests.volunteers.ladder import V1, refusals, running
from volunteers.models import Activity, Signup

pytestmark = pytest.mark.django_db


def test_an_activity_from_draft_to_published(staff, outsiders, community):
    data = {
        "region": community.pk,
        "kind": ActivityKindFactory().pk,
        "title": "清晨巡逻",
        "title_en": "Morning patrol",
        "place": "东门",
        "starts_at": now() + timedelta(days=1),
        "ends_at": now() + timedelta(days=1, hours=2),
        "places": 3,
    }

    assert refusals(outsiders, f"{V1}/activities/", data) == {403, 404}
    made = staff.post(f"{V1}/activities/", data)
    path = f"{V1}/activities/{made.json()['id']}"
    assert refusals(outsiders, f"{path}/publish/") == {403, 404}
    assert staff.post(f"{path}/publish/").json()["status"] == "published"
    assert staff.post(f"{path}/publish/").status_code == 409
    assert staff.patch(f"{path}/", {"title": "夜间巡逻"}).status_code == 409
    assert staff.patch(f"{path}/", {"places": 4}).json()["places"] == 4


def test_an_activity_that_ends_before_it_starts_is_refused_in_words(staff, community):
    activity = ActivityFactory.build(kind=ActivityKindFactory(), region=community)
    data = {"region": community.pk, "kind": activity.kind.pk, "title": "反了", "place": "东门"}

    answer = staff.post(
        f"{V1}/activities/", data | {"starts_at": activity.ends_at, "ends_at": activity.starts_at, "places": 1}
    )

    assert answer.status_code == 400
    assert "约束" not in answer.content.decode()


def test_drafts_are_seen_by_staff_of_the_place_alone(staff, api, person, community, neighbour):
    draft = ActivityFactory(region=community, status="draft")
    public = ActivityFactory(region=neighbour)

    seen = {
        who: {row["id"] for row in client.get(f"{V1}/activities/").json()["results"]}
        for who, client in [
            ("here", staff),
            ("next door", api(person(Role.COMMUNITY_STAFF, neighbour))),
            ("anybody", api()),
        ]
    }

    assert seen == {"here": {draft.pk, public.pk}, "next door": {public.pk}, "anybody": {public.pk}}


def test_cancelling_needs_a_reason_and_nobody_there(staff, outsiders, community):
    activity = ActivityFactory(region=community)
    visited = AttendanceFactory(activity__region=community).activity

    assert refusals(outsiders, f"{V1}/activities/{activity.pk}/cancel/", {"reason": "雨"}) == {403, 404}
    assert staff.post(f"{V1}/activities/{activity.pk}/cancel/").status_code == 400
    assert staff.post(f"{V1}/activities/{activity.pk}/cancel/", {"reason": "雨"}).json()["status"] == "cancelled"
    assert staff.post(f"{V1}/activities/{visited.pk}/cancel/", {"reason": "雨"}).status_code == 409
    assert Activity.objects.get(pk=visited.pk).status == "published"


def test_signing_up_withdrawing_and_moving_up(api, community):
    activity = ActivityFactory(region=community, places=1, starts_at=now() + timedelta(days=1))
    first, second = (api(VolunteerFactory(region=community).user) for _ in range(2))
    path = f"{V1}/activities/{activity.pk}/sign-up/"

    statuses = [client.post(path).json()["status"] for client in (first, first, second)]
    mine = first.get(f"{V1}/signups/").json()["results"]
    left = first.post(f"{V1}/signups/{mine[0]['id']}/withdraw/")

    assert statuses == ["signed_up", "signed_up", "waiting"]
    assert (len(mine), left.json()["status"]) == (1, "withdrawn")
    assert second.get(f"{V1}/signups/").json()["results"][0]["status"] == "signed_up"
    assert second.get(f"{V1}/signups/{mine[0]['id']}/").status_code == 404
    assert first.post(f"{V1}/signups/{mine[0]['id']}/withdraw/").status_code == 409


def test_who_is_no_volunteer_is_told_to_register(api, community):
    activity = ActivityFactory(region=community, starts_at=now() + timedelta(days=1))

    strangers = [client.post(f"{V1}/activities/{activity.pk}/sign-up/") for client in (api(), api(UserFactory()))]

    assert [answer.status_code for answer in strangers] == [403, 409]
    assert strangers[1].json()["error"]["code"] == "not_a_volunteer"


@pytest.mark.parametrize("status", ["draft", "ended", "cancelled"])
def test_nobody_signs_up_for_what_is_not_open(api, community, status):
    activity = ActivityFactory(region=community, status=status, starts_at=now() + timedelta(days=1))

    answer = api(VolunteerFactory().user).post(f"{V1}/activities/{activity.pk}/sign-up/")

    assert answer.status_code == (404 if status == "draft" else 409)
    assert not Signup.objects.exists()


def test_withdrawing_ends_when_the_activity_starts(api, community):
    signup = SignupFactory(activity=running(community))

    answer = api(signup.volunteer.user).post(f"{V1}/signups/{signup.pk}/withdraw/")

    assert answer.status_code == 409
