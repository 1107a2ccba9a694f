"""Calls, admissions, teams, words and the review desk in the console."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from communities.grants import Role
from teams.models import Admission, RecruitmentCall, TeamType
from tests.factories import (
    AdmissionFactory,
    FieldFactory,
    RecruitmentCallFactory,
    SceneFactory,
    TeamContactFactory,
    TeamFactory,
    TeamTypeFactory,
)

pytestmark = pytest.mark.django_db
ADMISSION, CALL, TEAM = "/admin/teams/admission/", "/admin/teams/recruitmentcall/", "/admin/teams/team/"
MOVES = [
    (ADMISSION, "recommend", "submitted", {"recommendation": "可靠"}, "recommended", Role.COMMUNITY_STAFF),
    (ADMISSION, "send-back", "submitted", {"reason": "缺件"}, "returned", Role.COMMUNITY_STAFF),
    (ADMISSION, "admit", "recommended", {}, "admitted", Role.STREET_STAFF),
    (ADMISSION, "reject", "recommended", {"reason": "不符"}, "rejected", Role.STREET_STAFF),
    (CALL, "publish", "draft", {}, "published", Role.COMMUNITY_STAFF),
    (CALL, "withdraw", "draft", {}, "withdrawn", Role.COMMUNITY_STAFF),
    (CALL, "close", "published", {"reason": "取消"}, "closed", Role.COMMUNITY_STAFF),
    (TEAM, "suspend", "active", {"reason": "整改"}, "suspended", Role.COMMUNITY_STAFF),
    (TEAM, "resume", "suspended", {}, "active", Role.COMMUNITY_STAFF),
    (TEAM, "retire", "active", {"reason": "解散"}, "retired", Role.STREET_STAFF),
]
FACTORIES = {ADMISSION: AdmissionFactory, CALL: RecruitmentCallFactory, TEAM: TeamFactory}
IDS = [f"{url.split('/')[-2]}-{name}" for url, name, *_ in MOVES]


@pytest.mark.parametrize(("url", "name", "status", "asked", "becomes", "role"), MOVES, ids=IDS)
def test_a_move_by_its_button(browse, person, community, url, name, status, asked, becomes, role):
    thing = FACTORIES[url](region=community, status=status)
    client, button = browse(person(role, community)), f"{url}{thing.pk}/{name}/"

    assert button in client.get(f"{url}{thing.pk}/change/").content.decode()
    client.get(button)
    thing.refresh_from_db()
    assert thing.status == status
    if asked:
        client.post(button, {})
        thing.refresh_from_db()
        assert thing.status == status
    client.post(button, asked)
    thing.refresh_from_db()
    assert thing.status == becomes
    assert button not in client.get(f"{url}{thing.pk}/change/").content.decode()


@pytest.mark.parametrize(("url", "name", "status", "asked", "becomes", "role"), MOVES, ids=IDS)
def test_a_move_is_not_for_observers_or_neighbours(
    browse, person, community, neighbour, url, name, status, asked, becomes, role
):
    thing = FACTORIES[url](region=community, status=status)

    for user in (person(Role.OBSERVER, community), person(role, neighbour)):
        assert browse(user).post(f"{url}{thing.pk}/{name}/", asked).status_code == 403
    thing.refresh_from_db()
    assert thing.status == status


def test_lists_show_ones_own_subtree(browse, staff, community, neighbour):
    for url, make in FACTORIES.items():
        make(region=community)
        make(region=neighbour)
        assert browse(staff).get(url).context["cl"].queryset.count() == 1


def test_a_call_is_drafted_edited_and_put_off(browse, staff, community):
    day = localdate()
    words = {
        "region": community.pk,
        "title": "找理发师",
        "scene": SceneFactory().pk,
        "field": FieldFactory().pk,
        "need": "每月一次",
        "budget": "",
        "space": "",
        "opens_on": str(day),
        "closes_on": str(day + timedelta(days=3)),
    }
    client = browse(staff)

    wrong = client.post(f"{CALL}add/", {**words, "closes_on": str(day - timedelta(days=1))})
    assert wrong.status_code == 200
    assert "找理发师" in wrong.content.decode()
    assert not RecruitmentCall.objects.exists()
    client.post(f"{CALL}add/", words)
    call = RecruitmentCall.objects.get()
    client.post(f"{CALL}{call.pk}/change/", {**words, "title": "找两位理发师"})
    client.post(f"{CALL}{call.pk}/publish/")
    later = str(day + timedelta(days=9))
    client.post(f"{CALL}{call.pk}/extend/", {"closes_on": later, "reason": "报名少"})

    call.refresh_from_db()
    assert (call.title, call.status, str(call.closes_on)) == ("找两位理发师", "published", later)
    client.post(f"{CALL}{call.pk}/change/", {**words, "title": "别的"})
    call.refresh_from_db()
    assert call.title == "找两位理发师"


def test_what_somebody_applied_with_is_not_edited_by_staff(browse, staff, admission):
    browse(staff).post(f"{ADMISSION}{admission.pk}/change/", {"name": "别名"})

    admission.refresh_from_db()
    assert admission.name == "暖心队"


def test_contacts_are_added_and_removed(browse, staff, community):
    team = TeamContactFactory(team__region=community).team
    client = browse(staff)

    client.post(f"{TEAM}{team.pk}/add-contact/", {"phone": "13800138000", "name": "林小一"})
    assert team.contacts.count() == 2
    client.post(f"{TEAM}{team.pk}/remove-contact/", {"contact": team.contacts.last().pk})
    assert team.contacts.count() == 1


def test_the_citys_administrator_changes_words_and_deletes_none(browse, person, city, community):
    word = TeamTypeFactory(code="doctor", name="小巷医生")
    url = f"/admin/teams/teamtype/{word.pk}/"
    fields = {"code": "other", "name": "小巷大夫", "name_en": "Doctor", "order": 1}
    administrator = browse(person(Role.ADMINISTRATOR, city))

    for user in (person(Role.COMMUNITY_STAFF, community), person(Role.ADMINISTRATOR, community)):
        browse(user).post(f"{url}change/", fields)
        word.refresh_from_db()
        assert word.name == "小巷医生"
    administrator.post(f"{url}change/", fields)
    word.refresh_from_db()
    assert (word.code, word.name, word.is_active) == ("doctor", "小巷大夫", False)
    administrator.post("/admin/teams/teamtype/add/", {**fields, "code": "new"})
    assert administrator.post(f"{url}delete/", {"post": "yes"}).status_code == 403
    assert list(TeamType.objects.values_list("code", flat=True)) == ["doctor", "new"]


class TestReviewDesk:
    def test_it_opens_for_those_who_check_or_decide(self, browse, staff, officer, person, community):
        for user, status in [(staff, 200), (officer, 200), (person(Role.OBSERVER, community), 403)]:
            assert browse(user).get(f"{ADMISSION}review/").status_code == status

    def test_each_sees_what_waits_for_them(self, api, staff, officer, community, neighbour):
        made = {
            (place.name, status): f"admissions-{AdmissionFactory(region=place, status=status).pk}"
            for place in (community, neighbour)
            for status in Admission.Status
        }

        def keys(user):
            return {row["key"] for row in api(user).get("/api/v1/review/").json()["results"]}

        assert keys(staff) == {made[community.name, "submitted"]}
        assert keys(officer) == {made[community.name, "recommended"], made[neighbour.name, "recommended"]}

    def test_a_sheet_offers_the_steps_that_are_ones_own_and_they_work(self, api, staff, officer, admission):
        url = f"/api/v1/review/admissions-{admission.pk}/"

        def steps(user):
            return {step["name"]: step["url"] for step in api(user).get(url).json()["steps"]}

        assert set(steps(staff)) == {"recommend", "return"}
        assert set(steps(officer)) == set()
        api(staff).post(steps(staff)["recommend"], {"recommendation": "可靠"})
        assert set(steps(officer)) == {"admit", "reject"}
        assert api(officer).post(steps(officer)["admit"]).status_code == 200

    def test_a_neighbours_sheet_does_not_exist(self, api, person, neighbour, admission):
        client = api(person(Role.COMMUNITY_STAFF, neighbour))

        assert client.get(f"/api/v1/review/admissions-{admission.pk}/").status_code == 404
        assert client.get("/api/v1/review/nothing-1/").status_code == 404
