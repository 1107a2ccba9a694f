"""The ladder of every move of a reward and its voucher through the API: works, wrong role, wrong state, twice."""

import pytest
from django.utils.timezone import localdate

from communities.grants import Role
from tests.factories import (
    ClerkFactory,
    JournalFactory,
    PartnerFactory,
    RewardFactory,
    StockChangeFactory,
    UserFactory,
    VolunteerFactory,
)
from tests.volunteers.ladder import V1, refusals
from volunteers.models import Account, Redemption, Reward

pytestmark = pytest.mark.django_db


@pytest.fixture
def reward(community):
    return RewardFactory(region=community, partner=PartnerFactory(region=community), points=10)


@pytest.fixture
def rich(api, community):
    """A volunteer with 30 points."""
    volunteer = VolunteerFactory(region=community)
    JournalFactory(volunteer=volunteer, points=30)
    return api(volunteer.user)


def test_a_reward_from_draft_to_closed(staff, outsiders, community):
    partner = PartnerFactory(region=community)
    data = {"region": community.pk, "partner": partner.pk, "title": "理发", "points": 20, "stock": 2}
    data["valid_until"] = "2099-12-31"

    assert refusals(outsiders, f"{V1}/rewards/", data) == {403, 404}
    path = f"{V1}/rewards/{staff.post(f'{V1}/rewards/', data).json()['id']}"
    assert staff.patch(f"{path}/", {"points": 25}).json()["points"] == 25
    assert staff.post(f"{path}/offer/").json()["status"] == "offered"
    assert staff.patch(f"{path}/", {"points": 5}).status_code == 409
    assert staff.post(f"{path}/restock/", {"pieces": -3, "reason": "盘点"}).status_code == 409
    assert staff.post(f"{path}/restock/", {"pieces": 3, "reason": "到货"}).json()["stock"] == 5
    assert staff.post(f"{path}/close/").json()["status"] == "closed"
    assert Reward.objects.get().stock_changes.count() == 2


def test_redeeming_once_for_each_key(rich, api, reward):
    path = f"{V1}/rewards/{reward.pk}/redeem/"
    other = RewardFactory(region=reward.region)

    first = rich.post(path, {}, HTTP_IDEMPOTENCY_KEY="a")
    again = rich.post(path, {}, HTTP_IDEMPOTENCY_KEY="a")
    elsewhere = rich.post(f"{V1}/rewards/{other.pk}/redeem/", {"key": "a"})

    assert first.status_code == 201
    assert again.json() == first.json()
    assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (409, "key_reused")
    assert rich.post(path).status_code == 400
    assert [api().post(path, {"key": "b"}).status_code, Redemption.objects.count()] == [403, 1]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"points": 31}, "balance_never_negative"),
        ({"stock": 0}, "stock_never_negative"),
        ({"limit_per_person": 0}, "limit_reached"),
        ({"valid_until": "2020-01-01"}, "not_offered"),
    ],
)
def test_what_cannot_be_redeemed(rich, reward, fields, code):
    Reward.objects.filter(pk=reward.pk).update(**fields)
    answer = rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, code)
    assert Account.objects.get(volunteer__user=rich.user).balance == 30


def test_a_closed_reward_is_no_longer_seen(rich, reward):
    Reward.objects.update(status="closed")

    assert rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"}).status_code == 404


def test_a_reward_of_another_community_is_not_for_me(rich, neighbour):
    reward = RewardFactory(region=neighbour)

    answer = rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"})

    assert answer.json()["error"]["code"] == "elsewhere"


@pytest.fixture
def till(api, person, reward):
    clerk = person(Role.PARTNER, reward.region)
    ClerkFactory(partner=reward.partner, user=clerk)
    return api(clerk)


def test_the_partner_accepts_a_voucher_once(rich, till, reward):
    code = rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"}).json()["code"]
    typed = f" {code[:5].lower()}-{code[5:]}"

    seen = till.post(f"{V1}/redemptions/look-up/", {"code": typed}).json()
    used = till.post(f"{V1}/redemptions/accept/", {"code": typed})
    twice = till.post(f"{V1}/redemptions/accept/", {"code": code})

    assert (seen["status"], seen["code"], seen["name"][-1]) == ("issued", "", "*")
    assert used.json()["status"] == "used"
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "already_used")
    assert str(localdate().year) in twice.json()["error"]["message"]


def test_another_partner_knows_nothing_of_it(api, rich, reward, community):
    code = rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"}).json()["code"]
    clerk = ClerkFactory(partner=PartnerFactory(region=community)).user

    answers = [api(user).post(f"{V1}/redemptions/accept/", {"code": code}) for user in (clerk, UserFactory())]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert Redemption.objects.get().status == "issued"


def test_cancelling_gives_points_and_piece_back(rich, staff, outsiders, reward):
    Reward.objects.filter(pk=reward.pk).update(stock=1)
    StockChangeFactory(reward=reward, pieces=1)
    mine = rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"}).json()
    path = f"{V1}/redemptions/{mine['id']}/cancel/"

    assert refusals(outsiders, path) == {403, 404}
    assert rich.post(path).json()["status"] == "cancelled"
    assert rich.post(path).status_code == 409
    assert Account.objects.get(volunteer__user=rich.user).balance == 30
    assert Reward.objects.get(pk=reward.pk).stock == 1


def test_staff_see_vouchers_without_their_codes(rich, staff, reward):
    rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"})

    rows = staff.get(f"{V1}/redemptions/").json()["results"]

    assert [(row["status"], row["code"]) for row in rows] == [("issued", "")]


def test_a_partner_gets_a_clerk_by_phone(staff, outsiders, reward):
    path = f"{V1}/partners/{reward.partner.pk}"

    assert refusals(outsiders, f"{path}/add-clerk/", {"name": "店员", "phone": "13800001234"}) == {403, 404}
    assert staff.post(f"{path}/add-clerk/", {"name": "店员", "phone": "12"}).status_code == 409
    assert staff.post(f"{path}/add-clerk/", {"name": "店员", "phone": "13800001234"}).status_code == 201
    clerk = reward.partner.clerks.get().user
    assert (clerk.phone, clerk.roles) == ("+8613800001234", {Role.PARTNER})
    gone = {"phone": "13800001234", "reason": "离职"}
    assert refusals(outsiders, f"{path}/remove-clerk/", gone) == {403, 404}
    assert [staff.post(f"{path}/remove-clerk/", gone).status_code for _twice in range(2)] == [200, 409]
    assert (reward.partner.clerks.count(), type(clerk).objects.get(pk=clerk.pk).roles) == (0, set())
    assert staff.post(f"{path}/suspend/", {"reason": "停业"}).json()["status"] == "suspended"
    assert staff.post(f"{path}/resume/").json()["status"] == "active"
