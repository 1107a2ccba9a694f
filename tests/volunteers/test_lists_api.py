"""Lists of the API ask as often for three rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    ActivityKindFactory,
    AttendanceFactory,
    FundingFactory,
    GiftFactory,
    JournalFactory,
    PartnerFactory,
    PointsRuleFactory,
    RedemptionFactory,
    RewardFactory,
    SignupFactory,
    VolunteerFactory,
)
from tests.volunteers.ladder import V1

pytestmark = pytest.mark.django_db


LISTS = [
    ("volunteers", lambda region: VolunteerFactory(region=region)),
    ("activities", lambda region: SignupFactory(activity__region=region).activity),
    ("signups", lambda region: SignupFactory(activity__region=region)),
    ("attendances", lambda region: AttendanceFactory(activity__region=region)),
    ("points-rules", lambda region: PointsRuleFactory(region=region, kind=ActivityKindFactory())),
    ("points-accounts", lambda region: JournalFactory(volunteer__region=region)),
    ("points-journals", lambda region: JournalFactory(volunteer__region=region)),
    ("points-entries", lambda region: JournalFactory(volunteer__region=region)),
    ("points-fundings", lambda region: FundingFactory(region=region)),
    ("points-gifts", lambda region: GiftFactory(region=region)),
    ("partners", lambda region: PartnerFactory(region=region)),
    ("rewards", lambda region: RewardFactory(region=region)),
    ("redemptions", lambda region: RedemptionFactory(reward__region=region)),
]


@pytest.mark.parametrize(("noun", "make"), LISTS)
def test_a_list_asks_the_same_questions_for_one_row_and_three(staff, community, django_assert_num_queries, noun, make):
    make(community)
    with CaptureQueriesContext(
        connection,
    ) as one:
        staff.get(f"{V1}/{noun}/")
    make(community), make(community)

    with django_assert_num_queries(len(one)):
        rows = staff.get(f"{V1}/{noun}/").json()["results"]

    assert len(rows) >= 3
