"""What the console says comes next: one's own places, the next two weeks, the soonest first."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, localtime, now

from communities.grants import Role
from tests.factories import ActivityFactory, RecruitmentCallFactory, UserFactory

pytestmark = pytest.mark.django_db
COMING = "/api/v1/todo/coming/"


def test_what_comes_next_is_ones_own_and_soon(person, community, neighbour, api):
    today = localdate()
    later, sooner = (
        RecruitmentCallFactory(region=community, opens_on=today, closes_on=today + timedelta(days=days))
        for days in (3, 0)
    )
    RecruitmentCallFactory(region=community, opens_on=today, closes_on=today + timedelta(days=14))
    RecruitmentCallFactory(region=community, opens_on=today - timedelta(days=9), closes_on=today - timedelta(days=1))
    RecruitmentCallFactory(region=community, closes_on=today + timedelta(days=2), status="closed")
    RecruitmentCallFactory(region=neighbour, opens_on=today, closes_on=today)

    found = api(person(Role.COMMUNITY_STAFF, community)).get(COMING).data["results"]

    assert [(entry["thing"], entry["on"], entry["at"]) for entry in found] == [
        (str(call), str(call.closes_on), None) for call in (sooner, later)
    ]
    assert found[0]["url"] == f"/admin/teams/recruitmentcall/{sooner.pk}/change/"


def test_what_has_an_hour_says_it(person, community, api):
    starts_at = now() + timedelta(days=1)
    ActivityFactory(region=community, status="published", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    past = now() - timedelta(minutes=1)
    ActivityFactory(region=community, status="published", starts_at=past, ends_at=past + timedelta(hours=2))

    [entry] = api(person(Role.COMMUNITY_STAFF, community)).get(COMING).data["results"]

    assert (entry["on"], entry["at"]) == (str(localtime(starts_at).date()), localtime(starts_at).isoformat())


def test_who_works_nowhere_has_nothing_coming(community, api):
    RecruitmentCallFactory(region=community)

    assert api(UserFactory()).get(COMING).data == {"results": []}
    assert api().get(COMING).status_code == 403
