"""The roll in the API, the console and on pages."""

import pytest

from communities.grants import Role
from communities.models import Resident
from tests.factories import ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/residents/"
ADMIN = "/admin/communities/resident/"


@pytest.fixture
def clerk(person, community):
    return person(Role.COMMUNITY_STAFF, community)


def test_the_api_shows_ones_own_roll_masked(api, clerk, community, neighbour):
    mine = ResidentFactory(region=community, name="王小明", phone="+8613800001234", address="1幢301室")
    ResidentFactory(region=neighbour)

    answer = api(clerk).get(URL)

    assert [row["id"] for row in answer.data["results"]] == [mine.pk]
    assert answer.data["results"][0] | {"name": "王**", "phone": "138****1234"} == answer.data["results"][0]
    assert "301室" not in answer.content.decode()


def test_the_api_answers_strangers_with_403_and_residents_with_themselves(api, community):
    mine = ResidentFactory(region=community, user=UserFactory())
    ResidentFactory(region=community)

    assert api().get(URL).status_code == 403
    assert [row["id"] for row in api(mine.user).get(URL).data["results"]] == [mine.pk]


@pytest.mark.parametrize(
    ("move", "begin", "end", "body"),
    [
        ("verify", "requested", "verified", {}),
        ("refuse", "requested", "refused", {"reason": "x"}),
        ("leave", "verified", "left", {"reason": "x"}),
    ],
)
def test_moves_by_the_api(api, person, clerk, community, neighbour, move, begin, end, body):
    resident = ResidentFactory(region=community, status=begin)
    url = f"{URL}{resident.pk}/{move}/"

    assert api(person(Role.COMMUNITY_STAFF, neighbour)).post(url, body).status_code == 404
    assert api(person(Role.STREET_STAFF, community.parent)).post(url, body).status_code == 404
    if body:
        assert api(clerk).post(url, {}).status_code == 400
    assert api(clerk).post(url, body).data["status"] == end
    assert api(clerk).post(url, body).status_code == 409


def test_representatives_by_the_api(api, clerk, community):
    resident = ResidentFactory(region=community)

    answer = api(clerk).post(f"{URL}{resident.pk}/appoint/", {"is_representative": True})

    assert answer.data["is_representative"] is True


def test_staff_add_by_the_api_in_their_region_only(api, clerk, community, neighbour):
    body = {"region": community.pk, "name": "王明", "phone": "13800001234"}

    assert api(clerk).post(URL, body).status_code == 201
    assert api(clerk).post(URL, body).data["error"]["code"] == "one_resident_per_phone"
    assert api(clerk).post(URL, body | {"region": neighbour.pk}).status_code == 404
    assert api(clerk).post(URL, body | {"phone": "12"}).data["error"]["code"] == "bad_phone"


def test_anybody_signed_in_asks_by_the_api(api, community):
    user = UserFactory(phone="+8613800001234")
    body = {"region": community.pk, "name": "王明", "address": "1幢"}

    assert api().post(f"{URL}ask/", body).status_code == 403
    assert api(user).post(f"{URL}ask/", body).data["status"] == "requested"


def test_asking_on_the_page(browse, community):
    client = browse(UserFactory(phone="+8613800001234"))
    url = f"/c/{community.code}/ask/"

    assert "住址" in client.get(url).content.decode()
    assert "王明" in client.post(url, {"name": "王明", "address": ""}).content.decode()
    answer = client.post(url, {"name": "王明", "address": "1幢"}, follow=True)

    assert "社区正在核实" in answer.content.decode()
    assert Resident.objects.get().status == "requested"


def test_the_page_of_asking_wants_a_sign_in(browse, community):
    assert browse().get(f"/c/{community.code}/ask/").status_code == 302


def test_the_console_lists_masked_and_finds_a_whole_phone_number(browse, clerk, community):
    ResidentFactory(region=community, name="王小明", phone="+8613800001234", address="1幢301室")
    ResidentFactory(region=community, name="李大", phone="+8613800005555")
    client = browse(clerk)

    everything = client.get(ADMIN).content.decode()
    found = client.get(ADMIN, {"q": "138 0000 1234"}).content.decode()

    assert "王**" in everything
    assert "李*" in everything
    assert "王小明" not in everything
    assert "王**" in found
    assert "李*" not in found


def test_the_console_adds_and_shows_only_masked(browse, clerk, community):
    client = browse(clerk)
    body = {"region": community.pk, "name": "王小明", "phone": "13800001234", "address": "1幢301室", "grid": "一"}

    assert client.post(f"{ADMIN}add/", body | {"phone": "1"}).status_code == 200
    assert client.post(f"{ADMIN}add/", body).status_code == 302
    again = client.post(f"{ADMIN}add/", body)
    assert "名册中已有人使用该手机号" in again.content.decode()

    resident = Resident.objects.get()
    page = client.get(f"{ADMIN}{resident.pk}/change/").content.decode()
    assert "王**" in page
    assert "王小明" not in page
    assert "301室" not in page


def test_the_console_moves_with_a_reason(browse, clerk, community):
    resident = ResidentFactory(region=community, status="requested")
    url = f"{ADMIN}{resident.pk}/refuse/"
    client = browse(clerk)

    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 200
    client.post(url, {"reason": "不住这里"})

    resident.refresh_from_db()
    assert resident.status == "refused"
