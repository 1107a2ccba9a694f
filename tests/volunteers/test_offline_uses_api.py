"""The ladder of what a till sends later, and of what staff decide about it."""

from uuid import uuid4

import pytest

from communities.grants import Role
from tests.factories import ClerkFactory, OfflineUseFactory, RedemptionFactory, RewardFactory, UserFactory
from volunteers.models import OfflineUse, Redemption
from volunteers.services import partners

pytestmark = pytest.mark.django_db
USES = "/api/v1/offline-uses/"


@pytest.fixture
def voucher(community):
    reward = RewardFactory(region=community, partner__region=community)
    return RedemptionFactory(region=community, reward=reward)


@pytest.fixture
def till(api, voucher):
    added = partners.add_clerk(voucher.reward.partner, phone="13900001111", name="王店员", by=UserFactory())
    return api(added.user)


def sent(voucher, **fields):
    return {"code": voucher.code, "key": str(uuid4()), "presented_at": "2026-09-01T10:00:00+08:00", **fields}


def test_sent_three_times_it_is_one(till, voucher):
    said = sent(voucher)

    answers = [till.post(USES, said) for _time in range(3)]

    assert {(answer.status_code, answer.data["id"], answer.data["status"]) for answer in answers} == {
        (201, OfflineUse.objects.get().pk, "accepted")
    }
    assert Redemption.objects.get().status == "used"


def test_a_second_till_is_told_that_it_was_used(till, voucher):
    till.post(USES, sent(voucher))

    second = till.post(USES, sent(voucher))

    assert (second.status_code, second.data["status"], second.data["found"]) == (201, "double", "used")


@pytest.mark.parametrize("wrong", [{"key": "x"}, {"presented_at": "yesterday"}, {"code": ""}])
def test_what_is_wrong_is_named(till, voucher, wrong):
    answer = till.post(USES, sent(voucher, **wrong))

    assert answer.status_code == 400
    assert answer.data["error"]["fields"].keys() == wrong.keys()
    assert Redemption.objects.get().status == "issued"


def test_others_send_nothing(api, person, community, neighbour, till, voucher):
    elsewhere = partners.add_clerk(
        RewardFactory(partner__region=neighbour).partner, phone="13900002222", name="李店员", by=UserFactory()
    )
    seen = [
        api(user).post(USES, sent(voucher)).status_code
        for user in (None, person(Role.COMMUNITY_STAFF, community), voucher.volunteer.user, ClerkFactory().user)
    ]
    unknown = api(elsewhere.user).post(USES, sent(voucher))

    assert set(seen) <= {401, 403}
    assert (unknown.status_code, unknown.data["error"]["code"]) == (409, "unknown_code")
    assert OfflineUse.objects.count() == 0


@pytest.mark.parametrize("move", ["honour", "refuse"])
def test_staff_decide_with_a_reason_and_once(api, person, community, neighbour, till, move):
    use = OfflineUseFactory(redemption__region=community, region=community)
    staff, address = api(person(Role.COMMUNITY_STAFF, community)), f"{USES}{use.pk}/{move}/"

    others = {
        client.post(address, {"reason": "核实"}).status_code
        for client in (api(person(Role.COMMUNITY_STAFF, neighbour)), api(person(Role.OBSERVER, community)), till)
    }
    missing = staff.post(address, {"reason": " "})
    done = staff.post(address, {"reason": "核实"})
    again = staff.post(address, {"reason": "核实"})

    assert others <= {403, 404}
    assert missing.status_code == 400
    assert (done.status_code, done.data["status"]) == (200, {"honour": "honoured", "refuse": "refused"}[move])
    assert (again.status_code, again.data["error"]["code"]) == (409, "wrong_status")


def test_it_waits_for_staff(api, person, community):
    OfflineUseFactory(region=community)

    waiting = api(person(Role.COMMUNITY_STAFF, community)).get("/api/v1/todo/").data["results"]

    assert ("重复使用的兑换券", 1) in {(entry["label"], entry["count"]) for entry in waiting}
