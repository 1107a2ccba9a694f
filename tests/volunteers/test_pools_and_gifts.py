"""Points issued from pools that somebody funded, and points given away: limits, both sides told, in API and console."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from communities.grants import Role
from communities.models import Notice, Refused
from tests.factories import (
    AttendanceFactory,
    FundingFactory,
    GiftFactory,
    JournalFactory,
    PointsRuleFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, Funding, Gift
from volunteers.services import accounts, attendances, gifts, journals, pools

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


def earn(region):
    """Two hours of service in a region, worth twenty points."""
    if not region.points_rules.exists():
        PointsRuleFactory(region=region, points_per_hour=10)
    stay = AttendanceFactory(activity__region=region)
    attendances.confirm(stay, by=UserFactory(), evaluation="认真")
    return stay


def covered(region):
    stands = pools.coverage(accounts.pool_of(region))
    return stands.given, stands.issued, stands.left, stands.percent


# pools


def test_points_are_issued_from_the_nearest_pool_that_was_funded(street, community):
    earn(community)
    assert covered(community) == (0, 20, -20, 0)
    FundingFactory(region=street, points=30)

    earn(community)

    assert covered(street) == (30, 20, 10, 100)
    FundingFactory(region=community, points=10)
    again = earn(community)
    assert (covered(street), covered(community)) == ((30, 20, 10, 100), (10, 40, -30, 25))
    attendances.reopen(again, reason="时间记错", by=UserFactory())
    assert covered(community) == (10, 20, -10, 50)


def test_what_was_given_can_be_taken_back_with_a_reason(street):
    funding = FundingFactory(region=street, points=30)

    with pytest.raises(Refused):
        pools.take_back(funding, reason=" ", by=UserFactory())
    pools.take_back(funding, reason="协议终止", by=UserFactory())

    assert covered(street) == (0, 0, 0, None)
    assert not Funding.objects.standing().exists()


def test_the_same_key_funds_once_and_other_content_is_refused(street):
    by = UserFactory()
    given = {"sponsor": "某银行", "points": 10, "basis": "协议", "key": "k", "by": by}

    first, again = (pools.fund(street, **given) for _twice in range(2))

    assert first == again
    with pytest.raises(Refused) as no:
        pools.fund(street, **given | {"points": 11})
    assert no.value.code == "key_reused"
    for other in ({"sponsor": "别的银行"}, {"basis": "另一份协议"}):
        with pytest.raises(Refused) as no:
            pools.fund(street, **given | other)
        assert no.value.code == "key_reused"
    for bad in ({"sponsor": " "}, {"basis": ""}, {"points": 0}):
        with pytest.raises(Refused):
            pools.fund(street, **given | {"key": "other"} | bad)
    assert covered(street)[0] == 10


def test_the_street_funds_a_pool_by_the_api_and_everybody_sees_its_cover(api, person, street, community):
    data = {"region": community.pk, "sponsor": "某银行", "points": 40, "basis": "协议第3号"}
    assert api(person(Role.COMMUNITY_STAFF, community)).post(f"{V1}/points-fundings/", data).status_code == 404
    staff = api(person(Role.STREET_STAFF, street))

    made = [staff.post(f"{V1}/points-fundings/", data, HTTP_IDEMPOTENCY_KEY="k").json()["id"] for _twice in range(2)]
    earn(community)

    pool = api().get(f"{V1}/points-accounts/?kind=pool").json()["results"]
    cover = api().get(f"{V1}/points-accounts/{pool[0]['id']}/coverage/").json()
    assert (made[0] == made[1], len(pool)) == (True, 1)
    assert cover == {"given": 40, "issued": 20, "left": 20, "percent": 100}
    assert api().get(f"{V1}/points-fundings/").json()["results"][0]["sponsor"] == "某银行"
    taken = staff.post(f"{V1}/points-fundings/{made[0]}/take-back/", {"reason": "协议终止"})
    assert taken.json()["stands"] is False
    person_s = Account.objects.people().get()
    assert api().get(f"{V1}/points-accounts/{person_s.pk}/").status_code == 404
    assert api(person_s.volunteer.user).get(f"{V1}/points-accounts/{person_s.pk}/coverage/").status_code == 404


def test_the_street_funds_a_pool_in_the_console_and_sees_its_cover(browse, person, street, community):
    staff = browse(person(Role.STREET_STAFF, street))

    staff.post(
        reverse("admin:volunteers_funding_add"),
        {"region": street.pk, "sponsor": "街道办", "points": 50, "basis": "会议纪要"},
    )
    earn(community)

    pool = accounts.pool_of(street)
    page = staff.get(reverse("admin:volunteers_account_change", args=[pool.pk])).content.decode()
    assert covered(street) == (50, 20, 30, 100)
    assert "100 %" in page
    funding = Funding.objects.get()
    staff.post(reverse("admin:volunteers_funding_take_back", args=[funding.pk]), {"reason": "记错了"})
    assert covered(street) == (0, 20, -20, 0)


# gifts


@pytest.fixture
def giver(community):
    volunteer = VolunteerFactory(region=community)
    JournalFactory(volunteer=volunteer, points=30)
    return volunteer


def give(giver, receiver, points=5, key="k", relation="family", **fields):
    return gifts.give(giver, receiver=receiver, points=points, relation=relation, key=key, by=giver.user, **fields)


def refusal(*args, **fields):
    with pytest.raises(Refused) as no:
        give(*args, **fields)
    return no.value.code


def test_points_go_over_once_and_both_are_told(giver, community):
    PointsRuleFactory(region=community, gifts_a_month=20)
    receiver = VolunteerFactory(region=community, name="王小花")

    made = [give(giver, receiver) for _twice in range(2)]

    assert made[0] == made[1]
    balances = dict(Account.objects.people().values_list("volunteer", "balance"))
    assert balances == {giver.pk: 25, receiver.pk: 5}
    told = dict(Notice.objects.values_list("user", "kind"))
    assert told == {giver.user_id: "gift_made", receiver.user_id: "gift_received"}
    assert "王**" in Notice.objects.get(user=giver.user).text
    assert refusal(giver, receiver, points=6) == "key_reused"
    assert refusal(giver, receiver, relation="neighbour") == "key_reused"


def test_where_no_rule_allows_it_nothing_is_given(giver, community, street):
    receiver = VolunteerFactory(region=community)
    PointsRuleFactory(region=community)
    PointsRuleFactory(region=street, gifts_a_month=20)

    assert refusal(giver, receiver) == "no_gifts"  # the nearest general rule counts


def test_a_gift_keeps_within_the_month_the_balance_and_the_area(giver, community, neighbour):
    PointsRuleFactory(region=community, gifts_a_month=20)
    receiver, far = VolunteerFactory(region=community), VolunteerFactory(region=neighbour)
    poor = VolunteerFactory(region=community)
    may_not = VolunteerFactory(region=community, status="suspended")

    assert refusal(giver, far) == "far"
    assert refusal(giver, giver) == "gift_is_for_another"
    assert refusal(giver, may_not) == "not_active"
    assert refusal(poor, receiver) == "balance_never_negative"
    assert refusal(giver, receiver, points=0) == "gift_limit"
    give(giver, receiver, points=15)
    assert refusal(giver, receiver, points=6, key="2") == "gift_limit"
    give(giver, receiver, points=5, key="3")
    assert Account.objects.get(volunteer=giver).balance == 10


def test_a_new_month_a_new_limit(giver, community):
    PointsRuleFactory(region=community, gifts_a_month=10, starts_on=date(2020, 1, 1))
    receiver = VolunteerFactory(region=community)
    end, begin = (datetime(2026, *when, tzinfo=ZoneInfo("Asia/Shanghai")) for when in [(1, 31, 23, 59), (2, 1, 0, 1)])

    give(giver, receiver, points=10, at=end)

    assert [gifts.left_this_month(giver, at=at) for at in (end, begin)] == [0, 10]


def test_a_neighbour_in_need_lives_in_ones_own_community(giver, community, neighbour, street):
    PointsRuleFactory(region=street, gifts_a_month=20)
    next_door = VolunteerFactory(region=neighbour)

    assert refusal(giver, next_door, relation="neighbour") == "far"
    give(giver, next_door, relation="family")
    give(giver, VolunteerFactory(region=community), relation="neighbour", key="2")
    assert Gift.objects.count() == 2


def test_two_who_give_to_each_other_at_once_both_do_within_their_limit(race):
    rule = PointsRuleFactory(gifts_a_month=20)
    people = [VolunteerFactory(region=rule.region) for _two in range(2)]
    for volunteer in people:
        JournalFactory(volunteer=volunteer, points=100)

    def act(number):
        try:
            return give(people[number % 2], people[1 - number % 2], points=10, key=f"{number}").points
        except Refused as no:
            return no.code

    answers = race(8, act)

    assert sorted(map(str, answers)) == ["10"] * 4 + ["gift_limit"] * 4
    assert set(Account.objects.people().values_list("balance", flat=True)) == {100}


def test_staff_take_a_gift_back_unless_it_was_spent(api, person, community):
    gift = GiftFactory(region=community)
    path = f"{V1}/points-gifts/{gift.pk}/take-back/"
    assert api(gift.giver.user).post(path, {"reason": "后悔"}).status_code in {403, 404}
    staff = api(person(Role.COMMUNITY_STAFF, community))

    assert staff.post(path, {"reason": "给错了"}).json()["stands"] is False

    assert Account.objects.get(volunteer=gift.giver).balance == 5
    assert Notice.objects.filter(kind="gift_taken_back").count() == 2
    second = GiftFactory(region=community)
    entry = accounts.of_volunteer(second.receiver)
    journals.post(
        {entry: -5, accounts.pool_of(community): 5},
        kind="grant", region=community, reason="x", source="test", key="spent", by=UserFactory(),
    )  # fmt: skip
    assert staff.post(f"{V1}/points-gifts/{second.pk}/take-back/", {"reason": "给错了"}).status_code == 409


def test_a_gift_by_the_api(api, giver, community):
    PointsRuleFactory(region=community, gifts_a_month=20)
    receiver = VolunteerFactory(region=community)
    data = {"receiver": receiver.number, "points": 5, "relation": "neighbour"}
    mine = api(giver.user)

    made = [mine.post(f"{V1}/points-gifts/", data, HTTP_IDEMPOTENCY_KEY="k") for _twice in range(2)]

    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert mine.get(f"{V1}/points-gifts/allowance/").json() == {"left_this_month": 15}
    seen = [api(user).get(f"{V1}/points-gifts/").json()["results"] for user in (receiver.user, UserFactory())]
    assert [len(rows) for rows in seen] == [1, 0]
    assert mine.post(f"{V1}/points-gifts/", data | {"receiver": "00000000x"}).status_code == 409
    assert api(UserFactory()).post(f"{V1}/points-gifts/", data).status_code == 409
    assert api().post(f"{V1}/points-gifts/", data).status_code in {401, 403}
