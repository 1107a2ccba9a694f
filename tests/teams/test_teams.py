"""小巷队伍 by service and API."""

import pytest

from communities.grants import Role
from communities.models import Refused, StatusChange, User
from communities.services import roles
from teams.models import Team, TeamContact
from teams.services import teams
from tests.factories import TeamContactFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/teams/"
# move → (from, what it asks, where it leads, who makes it)
MOVES = {
    "suspend": ("active", {"reason": "整改"}, "suspended", {Role.COMMUNITY_STAFF, Role.STREET_STAFF}),
    "resume": ("suspended", {}, "active", {Role.COMMUNITY_STAFF, Role.STREET_STAFF}),
    "retire": ("active", {"reason": "解散"}, "retired", {Role.STREET_STAFF}),
}


@pytest.fixture
def team(community):
    return TeamFactory(region=community, name="暖心队")


@pytest.fixture
def contact(team, officer):
    made = TeamContactFactory(team=team, user=UserFactory(phone="+8613800138000"))
    roles.assign(made.user, role=Role.TEAM_CONTACT, region=team.region, by=officer)
    return made


def held(user):
    return list(user.role_assignments.active().values_list("role", flat=True))


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("role", Role.values)
def test_a_move_is_for_its_roles_alone(api, person, community, move, role):
    status, body, becomes, its_roles = MOVES[move]
    team = TeamFactory(region=community, status=status)

    answer = api(person(role, community)).post(f"{URL}{team.pk}/{move}/", body)

    assert answer.status_code == (200 if role in its_roles else 404)
    team.refresh_from_db()
    assert team.status == (becomes if role in its_roles else status)


@pytest.mark.parametrize("move", MOVES)
def test_a_move_is_not_for_neighbours_and_happens_once(api, person, community, neighbour, move):
    status, body, _becomes, its_roles = MOVES[move]
    team = TeamFactory(region=community, status=status)
    role = next(iter(its_roles))

    assert api(person(role, neighbour)).post(f"{URL}{team.pk}/{move}/", body).status_code == 404
    client = api(person(role, community))
    assert [client.post(f"{URL}{team.pk}/{move}/", body).status_code for _ in range(2)] == [200, 409]


@pytest.mark.parametrize("move", ["suspend", "retire"])
def test_a_move_that_hurts_says_why(api, officer, team, move):
    assert api(officer).post(f"{URL}{team.pk}/{move}/", {}).status_code == 400


def test_a_retired_team_stays_retired(officer, community):
    team = TeamFactory(region=community, status="retired")

    for act in (
        lambda: teams.resume(team, by=officer),
        lambda: teams.describe(team, by=officer, introduction="x"),
        lambda: teams.add_contact(team, by=officer, phone="13800138000", name="x"),
    ):
        with pytest.raises(Refused):
            act()


def test_the_introduction_is_written_by_contact_or_staff(api, staff, contact, team, neighbour, person):
    for user in (contact.user, staff):
        assert api(user).patch(f"{URL}{team.pk}/", {"introduction": f"{user}写的"}).status_code == 200
    team.refresh_from_db()
    assert team.introduction == f"{staff}写的"
    for user in (UserFactory(), person(Role.COMMUNITY_STAFF, neighbour), person(Role.OBSERVER, team.region)):
        assert api(user).patch(f"{URL}{team.pk}/", {"introduction": "x"}).status_code == 404


def test_a_contact_is_added_by_phone_known_or_new(api, contact, team):
    known = UserFactory(phone="+8613900139000")
    client = api(contact.user)

    assert client.post(f"{URL}{team.pk}/contacts/", {"phone": "139 0013 9000"}).status_code == 201
    assert client.post(f"{URL}{team.pk}/contacts/", {"phone": "13900139000"}).status_code == 409
    assert client.post(f"{URL}{team.pk}/contacts/", {"phone": "13700137000"}).json()["error"]["code"] == "name_needed"
    assert client.post(f"{URL}{team.pk}/contacts/", {"phone": "13700137000", "name": "新人"}).status_code == 201

    new = User.objects.by_phone("+8613700137000")
    assert [one.user for one in team.contacts.all()] == [contact.user, known, new]
    assert held(known) == held(new) == ["team_contact"]
    added = StatusChange.objects.about(team).filter(new="contact_added")
    assert [(change.actor, change.reason) for change in added] == [(contact.user, "某***"), (contact.user, "新*")]


def test_a_contact_is_removed_but_never_the_last(api, contact, team, officer):
    other = TeamContactFactory(team=team)
    roles.assign(other.user, role=Role.TEAM_CONTACT, region=team.region, by=officer)
    url = "/api/v1/team-contacts/"

    assert api(UserFactory()).delete(f"{url}{other.pk}/").status_code == 404
    assert api(contact.user).delete(f"{url}{other.pk}/").status_code == 204
    last = api(contact.user).delete(f"{url}{contact.pk}/")

    assert (last.status_code, last.json()["error"]["code"]) == (409, "last_contact")
    assert [one.pk for one in TeamContact.objects.all()] == [contact.pk]
    assert (held(other.user), held(contact.user)) == ([], ["team_contact"])


def test_who_speaks_for_two_teams_keeps_the_role(officer, contact, team):
    TeamContactFactory(team__region=team.region, user=contact.user)
    TeamContactFactory(team=team)

    teams.remove_contact(contact, by=officer)

    assert held(contact.user) == ["team_contact"]


def test_retiring_a_team_ends_the_role_of_its_contacts(officer, contact, team):
    teams.retire(team, by=officer, reason="解散")

    assert held(contact.user) == []
    assert [user.pk for user in team.audience(StatusChange(new="retired", actor=officer))] == [contact.user.pk]


def test_the_public_never_reads_who_the_contacts_are(api, browse, contact, team):
    assert api().get("/api/v1/team-contacts/").status_code == 403
    assert api(UserFactory()).get("/api/v1/team-contacts/").json()["results"] == []
    for text in (api().get(f"{URL}{team.pk}/").content.decode(), browse().get(f"/teams/{team.pk}/").content.decode()):
        assert "暖心队" in text
        assert contact.user.name not in text
        assert "13800138000" not in text


def test_who_reads_the_contacts_reads_them_masked(api, staff, contact):
    TeamContactFactory()

    for user in (staff, contact.user):
        rows = api(user).get("/api/v1/team-contacts/").json()["results"]
        assert [(row["id"], row["phone"]) for row in rows] == [(contact.pk, "138****8000")]


def test_filters(api, community, team):
    other = TeamFactory(status="retired")

    def found(**query):
        return {row["id"] for row in api().get(URL, query).json()["results"]}

    assert found() == {team.pk, other.pk}
    assert found(region=community.code) == {team.pk}
    assert found(type=other.type.code) == {other.pk}
    assert found(status="active") == {team.pk}
    assert found(q="暖") == {team.pk}
    assert Team.objects.active().get() == team


def test_the_console_shows_a_teams_contacts_masked(browse, person, community):
    team = TeamFactory(region=community)
    TeamContactFactory(team=team, user=UserFactory(name="王小丫", phone="+8613800138000"))

    page = browse(person(Role.COMMUNITY_STAFF, community)).get(f"/admin/teams/team/{team.pk}/change/").content.decode()

    assert ("王**" in page, "王小丫" in page) == (True, False)
