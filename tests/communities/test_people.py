"""Accounts and roles: who may give and take what, in services, API and console."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from communities.grants import GRANTS, Role
from communities.models import AuditEvent, Refused, RoleAssignment, StatusChange, User
from communities.services import people, roles
from tests.factories import RegionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(person, street):
    return person(Role.STREET_STAFF, street, name="街道张")


@pytest.fixture
def admin(person, city):
    return person(Role.ADMINISTRATOR, city, name="管理员")


@pytest.fixture
def worker(person, community):
    return person(Role.COMMUNITY_STAFF, community, username="li", name="李梅", phone="+8613812345678")


def test_street_staff_give_the_roles_below_them_in_their_own_street(chief, community, street):
    given = [role for role in Role.values if roles.may_give(chief, role=role, region=community)]

    assert given == [
        "community_staff",
        "committee_member",
        "team_contact",
        "resident",
        "representative",
        "volunteer",
        "partner",
    ]


@pytest.mark.parametrize(("role", "place"), [("street_staff", "community"), ("community_staff", "elsewhere")])
def test_a_role_beyond_ones_reach_is_refused(chief, community, street, role, place):
    region = community if place == "community" else RegionFactory()

    with pytest.raises(Refused) as no:
        roles.give(UserFactory(), role=role, region=region, by=chief)

    assert no.value.code == "not_allowed"


def test_community_staff_give_no_roles(worker, community):
    assert not any(roles.may_give(worker, role=role, region=community) for role in Role.values)


@pytest.mark.parametrize("act", [people.deactivate, people.password_link])
def test_nobody_acts_on_the_account_of_somebody_above(chief, admin, community, act):
    roles.assign(admin, role=Role.RESIDENT, region=community, by=admin)

    with pytest.raises(Refused) as no:
        act(admin, by=chief, **({"reason": "x"} if act is people.deactivate else {}))

    assert no.value.code == "not_allowed"
    assert User.objects.get(pk=admin.pk).is_active


def test_a_role_is_given_and_ended_with_a_reason_and_both_are_audited(chief, community):
    user = UserFactory()

    held = roles.give(user, role=Role.PARTNER, region=community, by=chief)
    with pytest.raises(Refused):
        roles.take(held, by=chief, reason=" ")
    roles.take(held, by=chief, reason="店铺搬迁")

    events = AuditEvent.objects.filter(subject=user).order_by("id")
    assert [(e.kind, e.actor, e.reason, e.detail) for e in events] == [
        ("role_given", chief, "", {"role": "partner", "region": community.code}),
        ("role_ended", chief, "店铺搬迁", {"role": "partner", "region": community.code}),
    ]


def test_whoever_has_the_phone_already_keeps_the_account(chief, worker, community):
    user = people.enrol(name="别名", phone=worker.phone, role=Role.PARTNER, region=community, by=chief)

    assert (user.pk, user.name) == (worker.pk, "李梅")
    assert user.roles == {"community_staff", "partner"}


def test_the_first_administrator_is_made_by_the_command(city):
    call_command("createsuperuser", "--noinput", "--username", "root", "--name", "管理员", verbosity=0)

    user = User.objects.get(username="root")

    assert (user.roles, user.is_staff) == ({"administrator"}, True)
    assert [change.new for change in StatusChange.objects.about(user.role_assignments.get())] == ["active"]


def test_the_root_of_the_api_lists_its_resources(client):
    assert "projects" in client.get("/api/v1/").json()


def test_there_is_no_administrator_of_nowhere():
    with pytest.raises(CommandError, match=r"(?i)regions|区划"):
        call_command("createsuperuser", "--noinput", "--username", "root", "--name", "管理员", verbosity=0)

    assert User.objects.count() == 0


def test_the_people_one_sees_are_those_of_ones_own_place(api, chief, worker, person, neighbour, admin):
    other = person(Role.COMMUNITY_STAFF, neighbour)
    stranger = UserFactory()

    def seen(user):
        return {row["id"] for row in api(user).get("/api/v1/users/").json()["results"]}

    assert seen(worker) == {worker.pk}
    assert seen(chief) == {chief.pk, worker.pk, other.pk}
    assert seen(admin) == {chief.pk, worker.pk, other.pk, admin.pk, stranger.pk}
    assert seen(stranger) == {stranger.pk}


def test_people_are_masked_and_found_by_their_whole_phone_alone(api, chief, worker, person, community):
    resident = person(Role.RESIDENT, community, name="王小丫", phone="+8613900001111")
    client = api(chief)

    def found(phone):
        return [
            (r["id"], r["name"], r["phone"]) for r in client.get("/api/v1/users/", {"phone": phone}).json()["results"]
        ]

    assert found("139 0000 1111") == [(resident.pk, "王**", "139****1111")]
    assert found("13812345678") == [(worker.pk, "李梅", "138****5678")]
    assert (found("1390000"), found("13900001112")) == ([], [])


def test_an_account_is_made_switched_off_and_on_through_the_api(api, chief, community):
    client = api(chief)
    body = {"name": "周静", "phone": "13812340000", "username": "zhou", "role": "partner", "region": community.code}
    made = client.post("/api/v1/users/", body, headers={"Idempotency-Key": "a"})
    again = client.post("/api/v1/users/", body, headers={"Idempotency-Key": "a"})
    path = f"/api/v1/users/{made.json()['id']}"

    assert (made.status_code, again.json()) == (201, made.json())
    assert client.post(f"{path}/deactivate/", {}).status_code == 400
    assert client.post(f"{path}/deactivate/", {"reason": "离职"}).json()["is_active"] is False
    assert client.post(f"{path}/deactivate/", {"reason": "离职"}).status_code == 409
    assert client.post(f"{path}/reactivate/", {"reason": "返岗"}).json()["is_active"] is True
    assert "/sign-in/new-password/" in client.post(f"{path}/password-link/").json()["link"]


@pytest.mark.parametrize("move", ["deactivate", "reactivate", "password-link", "factor-off"])
def test_others_cannot_touch_an_account(api, worker, person, community, neighbour, move):
    path = f"/api/v1/users/{worker.pk}/{move}/"
    colleague, stranger = person(Role.COMMUNITY_STAFF, community), person(Role.STREET_STAFF, neighbour)

    answers = [api(user).post(path, {"reason": "x"}).status_code for user in (colleague, stranger, None)]

    assert answers == [404, 404, 403]


def test_roles_through_the_api(api, chief, worker, community, person, neighbour):
    client = api(chief)
    body = {"user": worker.pk, "role": "partner", "region": community.code}

    made = client.post("/api/v1/role-assignments/", body)
    ended = client.post(f"/api/v1/role-assignments/{made.json()['id']}/end/", {"reason": "调整"})
    above = client.post("/api/v1/role-assignments/", {**body, "role": "administrator"})
    stranger = client.post("/api/v1/role-assignments/", {**body, "user": UserFactory().pk})

    assert (made.status_code, ended.status_code, above.status_code, stranger.status_code) == (201, 200, 409, 404)
    assert ended.json()["ended_at"]
    assert api(worker).post("/api/v1/role-assignments/", body).status_code == 409


def change(user):
    return reverse("admin:communities_user_change", args=[user.pk])


def test_the_console_makes_a_staff_account_and_shows_its_link_once(browse, chief, community):
    client = browse(chief)
    body = {
        "name": "周静",
        "phone": "13812340000",
        "username": "zhou",
        "role": "community_staff",
        "region": community.pk,
    }
    made = client.post(reverse("admin:communities_user_add"), body, follow=True)
    user = User.objects.get(username="zhou")
    assert (made.status_code, user.roles, user.phone) == (200, {"community_staff"}, "+8613812340000")

    shown = client.post(f"{change(user)}password-link/".replace("/change/", "/"), follow=True)
    link = re.search(r"/sign-in/new-password/[^<\s]+", shown.content.decode())[0]

    new = {"new_password1": "another horse 1", "new_password2": "another horse 1"}
    assert browse().post(link, new).status_code == 302


def test_the_console_says_no_at_the_form_and_keeps_what_was_typed(browse, chief, community, worker):
    body = {"name": "周静", "username": "li", "role": "community_staff", "region": community.pk}

    response = browse(chief).post(reverse("admin:communities_user_add"), body)

    assert response.status_code == 200
    assert "周静" in response.content.decode()
    assert RoleAssignment.objects.filter(user__name="周静").count() == 0


def test_the_console_shows_people_masked(browse, chief, person, community):
    resident = person(Role.RESIDENT, community, name="王小丫", phone="+8613900001111")
    client = browse(chief)

    pages = [
        client.get(reverse("admin:communities_user_changelist"), {"q": "13900001111"}).content.decode(),
        client.get(change(resident)).content.decode(),
    ]

    assert ["王**" in page for page in pages] == [True, True]
    assert [text in page for page in pages for text in ("王小丫", "13900001111 ", "+8613900001111")] == [False] * 6


def test_the_permission_page_shows_every_grant(browse, chief, person, community):
    page = browse(chief).get("/admin/permissions/").content.decode()

    assert [perm for perm in GRANTS if perm not in page] == []
    assert browse(person(Role.RESIDENT, community)).get("/admin/permissions/").status_code == 302
