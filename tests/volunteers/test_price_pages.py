"""The price of a point and what a month comes to: agreed by staff, read by both, on every face alike."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from communities.grants import Role
from tests.factories import ClerkFactory, PartnerPriceFactory, RedemptionFactory, RewardFactory
from volunteers.models import PartnerPrice, Redemption

pytestmark = pytest.mark.django_db
THE_TENTH, THE_15TH = (datetime(2026, 8, day, 4, tzinfo=UTC) for day in (10, 15))


@pytest.fixture
def partner(community):
    """Three vouchers of 20 points, one of them accepted before the first price."""
    reward = RewardFactory(region=community, partner__region=community, title="理发", title_en="Haircut", points=20)
    vouchers = [RedemptionFactory(region=community, reward=reward) for _number in range(3)]
    Redemption.objects.update(status="used", used_at=THE_15TH)
    Redemption.objects.filter(pk=vouchers[0].pk).update(used_at=THE_TENTH)
    return reward.partner


@pytest.fixture
def priced(partner):
    return PartnerPriceFactory(partner=partner, yuan=Decimal("0.0333"), starts_on=date(2026, 8, 11))


def pages(client, partner):
    address = f"/partners/{partner.pk}/statements/"
    return [client.get(path).content.decode() for path in (address, f"{address}2026-08/")]


def test_staff_and_clerk_read_price_sums_and_amount(browse, person, community, partner, priced):
    for reader in (ClerkFactory(partner=partner).user, person(Role.COMMUNITY_STAFF, community)):
        listed, shown = pages(browse(reader), partner)

        assert "自2026-08-11起每分 0.0333 元" in listed
        assert [text in shown for text in ("0.0333", "0.6660", "1.3320", "1.33 元", "20 积分未约定单价")] == [True] * 5


def test_without_a_price_the_pages_say_so(browse, partner):
    listed, shown = pages(browse(ClerkFactory(partner=partner).user), partner)

    assert "未约定积分单价" in listed
    assert "未约定积分单价" in shown
    assert "元" not in shown


def test_the_spreadsheet_has_a_price_and_an_amount_in_each_row(browse, partner, priced):
    clerk = browse(ClerkFactory(partner=partner).user)

    answer = clerk.get(f"/partners/{partner.pk}/statements/2026-08/xlsx/")

    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[1][3:6] == ("积分", "积分单价（元）", "金额（元）")
    priced_row = ("20", "0.0333", "0.6660")
    assert [row[3:6] for row in rows[2:5]] == [("20", None, None), priced_row, priced_row]
    assert [row[:4] for row in rows[-3:]] == [
        ("合计", "3", "60", "1.3320"),
        ("应付金额（元），只在合计时四舍五入到分一次", None, None, "1.33"),
        ("未约定单价、不计入金额的积分", None, "20", None),
    ]


def test_staff_agree_on_a_price_settle_by_it_and_take_none_back_afterwards(browse, person, community, partner):
    staff = browse(person(Role.COMMUNITY_STAFF, community))
    path = f"/admin/volunteers/partner/{partner.pk}"

    nothing = staff.post(f"{path}/agree-price/", {"yuan": "0", "starts_on": "2026-08-01"})
    staff.post(f"{path}/agree-price/", {"yuan": "0.05", "starts_on": "2026-08-11"})
    again = staff.post(f"{path}/agree-price/", {"yuan": "0.06", "starts_on": "2026-08-11"})
    asked = staff.get(f"{path}/settle/").content.decode()
    staff.post(f"{path}/settle/", {"month": "2026-08", "note": "转账 0815"})
    price = PartnerPrice.objects.get()
    late = staff.post(f"/admin/volunteers/partnerprice/{price.pk}/withdraw/", {"reason": "想改"})

    assert nothing.context["form"].errors.keys() == {"yuan"}
    assert "这一天已有单价" in again.content.decode()
    assert "2026-08：3 张券，60 积分，2 元；其中 20 积分未约定单价" in asked
    assert partner.settlements.get().amount == Decimal("2.00")
    assert "已结清" in late.content.decode()
    page = staff.get(f"{path}/change/").content.decode()
    assert "2026-08-11: — → 0.05" in page
    assert PartnerPrice.objects.get().status == "agreed"
    assert "2.00 元" in pages(staff, partner)[0]


def test_the_api_says_the_same(api, person, community, neighbour, partner):
    staff, clerk = api(person(Role.COMMUNITY_STAFF, community)), api(ClerkFactory(partner=partner).user)
    stranger = api(person(Role.COMMUNITY_STAFF, neighbour))
    about = {"partner": partner.pk, "yuan": "0.0500", "starts_on": "2026-08-11"}

    closed = [client.post("/api/v1/partner-prices/", about).status_code for client in (clerk, stranger)]
    wrong = [
        staff.post("/api/v1/partner-prices/", about | {"yuan": yuan}).status_code
        for yuan in ("0", "-1", "0.00001", "NaN", "1000")
    ]
    made = staff.post("/api/v1/partner-prices/", about)
    again = staff.post("/api/v1/partner-prices/", about)
    shown = clerk.get(f"/api/v1/partners/{partner.pk}/statement/?month=2026-08").data
    listed = [client.get("/api/v1/partner-prices/").data["results"] for client in (clerk, stranger)]
    settled = staff.post(f"/api/v1/partners/{partner.pk}/settle/", {"month": "2026-08"})

    assert (closed, wrong) == ([404, 404], [400] * 5)
    assert (made.status_code, made.data["yuan"], made.data["region"]) == (201, "0.0500", community.pk)
    assert (again.status_code, again.data["error"]["code"]) == (409, "one_price_a_day")
    assert [(row["price"], row["yuan"]) for row in shown["rows"]] == [(None, None)] + [("0.0500", "1.0000")] * 2
    assert (shown["points"], shown["unpriced"], shown["exact"], shown["amount"]) == (60, 20, "2.0000", "2.00")
    assert [len(rows) for rows in listed] == [1, 0]
    assert settled.data["amount"] == "2.00"


def test_a_price_is_taken_back_through_the_api_with_a_reason(api, person, community, priced):
    staff, clerk = api(person(Role.COMMUNITY_STAFF, community)), api(ClerkFactory(partner=priced.partner).user)
    path = f"/api/v1/partner-prices/{priced.pk}/withdraw/"

    answers = [clerk.post(path, {"reason": "错"}), staff.post(path, {}), staff.post(path, {"reason": "写错了"})]
    late = staff.post(path, {"reason": "写错了"})

    assert [answer.status_code for answer in answers] == [404, 400, 200]
    assert (answers[2].data["status"], late.status_code) == ("withdrawn", 409)
