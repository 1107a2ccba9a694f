"""The ladder of every move of a volunteer through the API: works, wrong role, elsewhere, wrong state, twice."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from communities.grants import Role
from tests.factories import (
    UserFactory,
    VolunteerFactory,
)
from tests.volunteers.ladder import V1, refusals
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


def test_a_foreigner_with_one_name_registers(api, community):
    mine = api(UserFactory())

    answer = mine.post(f"{V1}/volunteers/", {"name": "Pelé", "nationality": "BR", "region": community.pk})

    volunteer = Volunteer.objects.get()
    assert answer.status_code == 201
    assert (volunteer.name, volunteer.nationality.code, volunteer.user) == ("Pelé", "BR", mine.user)
    assert mine.user.roles == {Role.VOLUNTEER}
    assert answer.json()["number"] == volunteer.number


def test_registering_needs_a_person_and_happens_once(api, community):
    data = {"name": "王小花", "nationality": "CN", "region": community.pk}
    mine = api(UserFactory())

    statuses = [client.post(f"{V1}/volunteers/", data).status_code for client in (api(), mine, mine)]

    assert statuses == [403, 201, 409]


@pytest.mark.parametrize(
    ("age", "guardian", "status"),
    [(13, "王大花", 409), (14, "", 409), (14, "王大花", 201), (18, "", 201)],
)
def test_nobody_under_14_and_below_18_with_a_guardian(api, community, age, guardian, status):
    born = (localdate() - timedelta(days=age * 365.25 + 1)).isoformat()
    data = {
        "name": "小花",
        "nationality": "CN",
        "region": community.pk,
        "born": born,
        "guardian": guardian,
        "agrees": True,
    }

    answer = api(UserFactory()).post(f"{V1}/volunteers/", data)

    assert answer.status_code == status


def test_a_birth_date_that_is_none_is_said_at_its_field(api, community):
    data = {"name": "小花", "nationality": "CN", "region": community.pk, "born": "yesterday"}

    answer = api(UserFactory()).post(f"{V1}/volunteers/", data)

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["born"])


def test_staff_see_names_masked_and_only_their_own_place(staff, community, neighbour):
    mine = VolunteerFactory(region=community, name="王小花")
    VolunteerFactory(region=neighbour)

    rows = staff.get(f"{V1}/volunteers/").json()["results"]

    assert [(row["number"], row["name"]) for row in rows] == [(mine.number, "王**")]


def test_a_profile_is_its_owners_alone(api, staff, community):
    volunteer = VolunteerFactory(region=community, born="1990")

    seen = api(volunteer.user).get(f"{V1}/volunteers/{volunteer.pk}/profile/")

    assert (seen.json()["name"], seen.json()["born"]) == (volunteer.name, "1990")
    assert staff.get(f"{V1}/volunteers/{volunteer.pk}/profile/").status_code == 404


def test_suspending_needs_a_reason(staff, outsiders, community):
    path = f"{V1}/volunteers/{VolunteerFactory(region=community).pk}/suspend/"

    assert refusals(outsiders, path, {"reason": "违规"}) == {403, 404}
    assert staff.post(path, {"reason": " "}).status_code == 400
    assert staff.post(path, {"reason": "违规"}).json()["status"] == "suspended"
    assert staff.post(path, {"reason": "违规"}).status_code == 409


def test_one_is_a_volunteer_of_a_community_not_of_what_is_above_it(api, city, street, community):
    mine = api(UserFactory())
    about = {"name": "Amina", "nationality": "KE"}

    refused = [mine.post(f"{V1}/volunteers/", about | {"region": place.pk}).status_code for place in (city, street)]
    made = mine.post(f"{V1}/volunteers/", about | {"region": community.pk}).json()
    moved = mine.patch(f"{V1}/volunteers/{made['id']}/profile/", {"region": city.pk})

    assert (refused, moved.status_code) == ([400, 400], 400)
    assert Volunteer.objects.get().region == community
