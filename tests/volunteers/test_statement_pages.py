"""Staff and partner read the same month, on the screen and as a spreadsheet; nobody else does."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest

from communities.grants import Role
from tests.factories import ClerkFactory, RedemptionFactory, RewardFactory
from volunteers.models import Redemption
from volunteers.services import statements

pytestmark = pytest.mark.django_db
AUGUST = datetime(2026, 8, 15, 4, tzinfo=UTC)


@pytest.fixture
def partner(community):
    reward = RewardFactory(region=community, partner__region=community, title="=理发", title_en="Haircut", points=20)
    for _number in range(2):
        RedemptionFactory(region=community, reward=reward)
    Redemption.objects.update(status="used", used_at=AUGUST)
    return reward.partner


def test_staff_and_clerk_see_the_same_rows(browse, person, community, partner):
    readers = [ClerkFactory(partner=partner).user]
    readers += [person(role, community) for role in (Role.COMMUNITY_STAFF, Role.OBSERVER)]
    codes = {f"…{code[-4:]}" for code in Redemption.objects.values_list("code", flat=True)}

    for reader in readers:
        listed = browse(reader).get(f"/partners/{partner.pk}/statements/").content.decode()
        page = browse(reader).get(f"/partners/{partner.pk}/statements/2026-08/").content.decode()

        assert f"/partners/{partner.pk}/statements/2026-08/" in listed
        assert all(code in page for code in codes)
        assert "40" in page


def test_the_spreadsheet_has_the_rows_and_runs_nothing(browse, partner):
    clerk = browse(ClerkFactory(partner=partner).user)

    answer = clerk.get(f"/partners/{partner.pk}/statements/2026-08/xlsx/")

    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    shown = [[cell for cell in row if cell is not None] for row in rows]
    assert [row[:4] for row in shown[2:4]] == [
        ["2026-08-15 12:00", voucher.code[-4:], "'=理发", "20"] for voucher in Redemption.objects.order_by("code")
    ]
    assert shown[-2:] == [["合计", "2", "40"], ["未约定积分单价，本对账单只计积分。"]]
    assert answer["Content-Disposition"] == f'attachment; filename="statement-{partner.pk}-2026-08.xlsx"'


def test_others_know_of_no_statement(browse, person, neighbour, partner):
    others = [ClerkFactory().user, person(Role.COMMUNITY_STAFF, neighbour), Redemption.objects.first().volunteer.user]

    for path in ("", "2026-08/", "2026-08/xlsx/"):
        address = f"/partners/{partner.pk}/statements/{path}"
        assert {browse(user).get(address).status_code for user in others} == {404}
        assert browse().get(address)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("month", ["2026-13", "0000-01", "9999-12", "nonsense", "2026-8"])
def test_a_month_that_is_none_is_unknown(browse, partner, month):
    clerk = browse(ClerkFactory(partner=partner).user)

    assert clerk.get(f"/partners/{partner.pk}/statements/{month}/").status_code == 404


def test_staff_settle_a_month_and_the_page_says_so(browse, person, community, partner):
    staff = browse(person(Role.COMMUNITY_STAFF, community))
    path = f"/admin/volunteers/partner/{partner.pk}"

    asked = staff.get(f"{path}/settle/").content.decode()
    staff.post(f"{path}/settle/", {"month": "2026-08", "note": "转账 0815"})

    assert "2026-08：2 张券，40 积分" in asked
    assert (
        partner.settlements.get().content_hash
        == statements.of(partner, month=AUGUST.date().replace(day=1)).settlement.content_hash
    )
    page = staff.get(f"/partners/{partner.pk}/statements/2026-08/").content.decode()
    assert "转账 0815" in page
    assert partner.settlements.get().content_hash in page


def test_the_api_says_the_same(api, person, community, neighbour, partner):
    staff, clerk = api(person(Role.COMMUNITY_STAFF, community)), api(ClerkFactory(partner=partner).user)
    address = f"/api/v1/partners/{partner.pk}"

    shown = clerk.get(f"{address}/statement/?month=2026-08").data
    refused = [
        clerk.post(f"{address}/settle/", {"month": "2026-08"}).status_code,
        api(person(Role.COMMUNITY_STAFF, neighbour)).post(f"{address}/settle/", {"month": "2026-08"}).status_code,
    ]
    made = staff.post(f"{address}/settle/", {"month": "2026-08"})
    again = staff.post(f"{address}/settle/", {"month": "2026-08"})

    assert (shown["points"], len(shown["rows"]), shown["settlement"]) == (40, 2, None)
    assert refused == [404, 404]
    assert (made.status_code, made.data["points"]) == (201, 40)
    assert (again.status_code, again.data["error"]["code"]) == (409, "a_month_is_settled_once")
    assert [row["month"] for row in clerk.get("/api/v1/partner-settlements/").data["results"]] == ["2026-08"]
