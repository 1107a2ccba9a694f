"""队伍成员: entered, masked, revealed, gone; by service, API, page and console."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, now

from communities.grants import Role
from communities.models import Refused, Reveal, StatusChange
from communities.services import erasure
from teams.models import TeamMember
from teams.services import members, teams
from tests.factories import ResidentFactory, TeamContactFactory, TeamFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db
URL, PHONE = "/api/v1/team-members/", "+8613700001111"


@pytest.fixture
def team(community):
    return TeamFactory(region=community, name="暖心队")


@pytest.fixture
def contact(team):
    return TeamContactFactory(team=team).user


@pytest.fixture
def member(team):
    return TeamMemberFactory(team=team, name="王小丫", phone=PHONE)


def a_sheet(*rows, heading=("姓名", "手机号")):
    book = openpyxl.Workbook()
    for row in [heading, *rows]:
        book.active.append(list(row))
    file = BytesIO()
    book.save(file)
    return SimpleUploadedFile("成员.xlsx", file.getvalue())


def refusal(act):
    with pytest.raises(Refused) as no:
        act()
    return no.value.code


def test_a_member_is_entered_once_and_linked_to_the_account(team, contact):
    known = UserFactory(phone=PHONE)

    member = members.add(team, name=" 王小丫 ", phone="137 0000 1111", by=contact)

    assert (member.name, member.phone, member.user, member.joined_on) == ("王小丫", PHONE, known, localdate())
    assert (
        refusal(lambda: members.add(team, name="别名", phone="13700001111", by=contact)) == "one_membership_per_phone"
    )
    assert refusal(lambda: members.add(team, name=" ", phone="13700002222", by=contact)) == "name_needed"
    assert refusal(lambda: members.add(team, name="某", phone="12", by=contact)) == "bad_phone"
    assert [(c.new, c.actor, c.reason) for c in StatusChange.objects.about(team)] == [("member_added", contact, "王**")]


def test_who_leaves_is_forgotten_by_number_and_may_come_back(team, contact, member):
    members.leave(member, by=contact)

    member.refresh_from_db()
    assert (member.phone, member.left_on, member.name) == ("", localdate(), "王小丫")
    assert refusal(lambda: members.leave(member, by=contact)) == "wrong_status"
    assert members.add(team, name="王小丫", phone=PHONE, by=contact).pk != member.pk
    assert set(TeamMember.objects.current()) == set(team.members.exclude(pk=member.pk))


@pytest.mark.parametrize(
    ("law", "change"),
    [
        ("member_leaves_after_joining", {"left_on": date(2020, 1, 1), "phone": ""}),
        ("member_has_a_phone_until_they_leave", {"phone": ""}),
        ("member_has_a_phone_until_they_leave", {"left_on": date(2100, 1, 1)}),
    ],
)
def test_what_the_database_holds(member, law, change):
    with pytest.raises(IntegrityError, match=law), transaction.atomic():
        TeamMember.objects.filter(pk=member.pk).update(**change)


def test_the_database_knows_a_member_once(team, member):
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMemberFactory(team=team, phone=PHONE)
    TeamMemberFactory(phone=PHONE)


def test_a_spreadsheet_is_entered_whole_or_not_at_all(team, contact, member):
    good = a_sheet(("王小丫", "13700001111"), ("李四", "13700002222"), ("李四", "13700002222"), ("赵五", "13700003333"))
    bad = a_sheet(("钱六", "13700004444"), ("孙七", "12"), ("", "13700005555"))

    number = members.upload(team, file=good, by=contact)
    with pytest.raises(Refused) as no:
        members.upload(team, file=bad, by=contact)
    good.seek(0)
    again = refusal(lambda: members.upload(team, file=good, by=contact))

    assert (number, no.value.code, again) == (2, "bad_rows", "no_rows")
    assert ["3" in str(no.value), "4" in str(no.value), "2" in str(no.value)] == [True, True, False]
    assert [one.name for one in team.members.all()] == ["王小丫", "李四", "赵五"]


def test_a_retired_team_has_no_members(officer, team, member):
    teams.retire(team, by=officer, reason="解散")

    assert not TeamMember.objects.current().exists()
    assert refusal(lambda: members.add(team, name="某", phone=PHONE, by=officer)) == "wrong_status"


# -- forgotten


def test_who_is_forgotten_is_forgotten_in_every_team(member, contact):
    user, other = UserFactory(phone=PHONE), TeamMemberFactory(name="旁人")
    linked = TeamMemberFactory(name="王小丫", user=user)
    gone = TeamMemberFactory(team=member.team, phone="+8613700009999", user=user)
    members.leave(gone, by=contact)

    erasure.erase(user, at=now(), by=user, reason="本人要求")

    for one in (member, linked, gone):
        one.refresh_from_db()
        assert (one.name, one.phone, one.phone_index, one.user, one.left_on) == ("***", "", "", None, localdate())
    other.refresh_from_db()
    assert (other.name, other.left_on) == ("旁人", None)


def test_somebody_without_an_account_is_forgotten_with_the_roll(member, staff):
    resident = ResidentFactory(region=member.region, phone=PHONE)

    erasure.erase_resident(resident, at=now(), by=staff, reason="本人要求")

    member.refresh_from_db()
    assert (member.name, member.phone_index, member.left_on) == ("***", "", localdate())


# -- the API


def test_contacts_and_staff_enter_members_and_nobody_else(api, person, community, neighbour, team, contact, staff):
    url, said = f"/api/v1/teams/{team.pk}/members/", {"name": "李四", "phone": "13700002222"}
    others = [None, UserFactory(), person(Role.COMMUNITY_STAFF, neighbour), person(Role.OBSERVER, community)]

    answers = [api(user).post(url, said).status_code for user in others]
    made, twice = api(contact).post(url, said), api(staff).post(url, said)
    left = api(staff).post(f"{URL}{made.json()['id']}/leave/")
    late = api(contact).post(f"{URL}{made.json()['id']}/leave/")

    assert answers == [403, 404, 404, 404]
    assert (made.status_code, made.json()["name"], made.json()["phone"]) == (201, "李*", "137****2222")
    assert (twice.status_code, left.status_code, left.json()["left_on"]) == (409, 200, str(localdate()))
    assert late.status_code == 409


def test_who_reads_members_reads_them_masked(api, person, street, staff, contact, member):
    TeamMemberFactory()

    for user in (staff, contact, person(Role.STREET_STAFF, street)):
        rows = api(user).get(URL).json()["results"]
        assert [(row["id"], row["name"], row["phone"]) for row in rows] == [(member.pk, "王**", "137****1111")]
    assert api().get(URL).status_code == 403
    assert api(UserFactory()).get(URL).json()["results"] == []
    assert api(staff).get(URL, {"current": "false"}).json()["results"] == []


def test_staff_are_shown_a_number_for_a_purpose(api, staff, contact, person, street, member):
    ask = {"model": "teams.teammember", "id": member.pk, "field": "phone", "purpose": "核对选民名册"}

    refused = [api(user).post("/api/v1/reveals/", ask).status_code for user in (contact, person(Role.OBSERVER, street))]
    shown = api(staff).post("/api/v1/reveals/", ask)

    assert (refused, shown.json()) == ([404, 404], {"value": PHONE})
    assert [(r.target, r.field, r.region, r.by) for r in Reveal.objects.all()] == [
        (member, "phone", member.region, staff)
    ]


# -- the page and the console


def test_the_contact_keeps_the_list_on_the_teams_page(browse, team, contact, member):
    client, page = browse(contact), f"/teams/{team.pk}/members/"

    client.post(page, {"do": "add", "name": "李四", "phone": "137 0000 2222"})
    wrong = client.post(page, {"do": "add", "name": "钱六", "phone": "12"})
    client.post(page, {"do": "upload", "file": a_sheet(("赵五", "13700003333"))})
    client.post(page, {"leave": member.pk})
    text = client.get(page).content.decode()

    assert (wrong.status_code, list(wrong.context["form"].errors)) == (200, ["phone"])
    assert ["李四" in text, "赵五" in text, "137****2222" in text, "王小丫" in text] == [True, True, True, False]
    assert "13700002222" not in text
    assert page in client.get(f"/teams/{team.pk}/").content.decode()


def test_others_open_no_members_page(browse, team, contact, member):
    page = f"/teams/{team.pk}/members/"
    elsewhere = TeamMemberFactory()

    assert [browse(UserFactory()).get(page).status_code, browse().get(page).status_code] == [404, 302]
    assert [browse(contact).post(page, {"leave": pk}).status_code for pk in (elsewhere.pk, "x")] == [404, 404]
    assert "王小丫" not in browse().get(f"/teams/{team.pk}/").content.decode()


def test_the_console_enters_members_and_shows_them_masked(browse, staff, team, member):
    client, page = browse(staff), f"/admin/teams/team/{team.pk}/"

    client.post(f"{page}add-member/", {"name": "李四", "phone": "137 0000 2222"})
    client.post(f"{page}upload-members/", {"file": a_sheet(("赵五", "13700003333"))})
    client.post(f"/admin/teams/teammember/{member.pk}/leave/")
    text = client.get(f"{page}change/").content.decode()

    assert ["李*" in text, "赵*" in text, "王**" in text] == [True, True, True]
    assert ["李四" in text, "王小丫" in text, "13700002222" in text] == [False, False, False]
    assert sorted(one.masked_name for one in TeamMember.objects.current()) == ["李*", "赵*"]


def test_since_a_day_counts_who_left_on_it_or_later(team, contact, member):
    members.leave(member, by=contact)
    today = localdate()

    assert [TeamMember.objects.since(today + timedelta(days=n)).count() for n in (-1, 0, 1)] == [1, 1, 0]
