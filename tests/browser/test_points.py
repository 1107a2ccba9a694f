"""Somebody gives points to a neighbour on the phone, and reads who stands behind the points."""

from datetime import date

import pytest

from tests.factories import FundingFactory, JournalFactory, PointsRuleFactory, VolunteerFactory
from volunteers.models import Account

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "reading", [{"language": "zh-hans", "elder": True}, {"language": "en"}], ids=["large", "English"]
)
def test_points_are_given_to_a_neighbour(page, violations, community, street, reading):
    PointsRuleFactory(region=street, night_percent=150, months_valid=24, gifts_a_month=50)
    FundingFactory(region=street, sponsor="某银行", points=5000)
    giver, receiver = (VolunteerFactory(region=community, name=name) for name in ("王小明", "李奶奶"))
    JournalFactory(volunteer=giver, points=30)
    JournalFactory(volunteer=giver, points=10, last_day=date(2098, 3, 31))
    tab = page(giver.user, **reading)

    tab.goto("/volunteer/points/")
    found = [violations(tab)]
    tab.click("a[href='/volunteer/gift/']")
    found.append(violations(tab))
    tab.fill("[name=number]", receiver.number)
    tab.fill("[name=points]", "15")
    tab.check("[value=neighbour]")
    tab.click("main form button")
    found.append(violations(tab))
    assert "李**" in tab.inner_text("main")
    tab.click("[name=sure]")
    tab.wait_for_url("**/volunteer/points/")
    tab.goto(f"/c/{community.code}/points/")
    found.append(violations(tab))

    assert found == [{}, {}, {}, {}]
    assert Account.objects.get(volunteer=receiver).balance == 15
