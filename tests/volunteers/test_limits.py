"""How many a person may have, and how long a voucher is good."""

from datetime import UTC, date, datetime, timedelta

import pytest

from communities.models import Refused
from tests.factories import JournalFactory, RewardFactory, VolunteerFactory
from volunteers.services import redemptions

pytestmark = pytest.mark.django_db
# The last hour of August and the first of September, where people live.
AUGUST, SEPTEMBER = datetime(2026, 8, 31, 15, 30, tzinfo=UTC), datetime(2026, 8, 31, 16, 30, tzinfo=UTC)


@pytest.fixture
def volunteer(community):
    volunteer = VolunteerFactory(region=community)
    JournalFactory(volunteer=volunteer, points=1000)
    return volunteer


def redeem(reward, volunteer, at, key):
    return redemptions.redeem(reward, volunteer=volunteer, key=key, by=volunteer.user, at=at)


def refused(reward, volunteer, at, key="no"):
    with pytest.raises(Refused) as no:
        redeem(reward, volunteer, at, key)
    return no.value.code


def test_two_a_month_and_three_in_all(volunteer):
    reward = RewardFactory(
        region=volunteer.region, partner__region=volunteer.region, limit_per_month=2, limit_per_person=3
    )

    made = [redeem(reward, volunteer, AUGUST, key) for key in "ab"]
    seen = [refused(reward, volunteer, AUGUST)]
    redeem(reward, volunteer, SEPTEMBER, "c")
    seen.append(refused(reward, volunteer, SEPTEMBER))
    redemptions.cancel(made[0], by=volunteer.user)
    redeem(reward, volunteer, SEPTEMBER, "d")
    seen.append(refused(reward, volunteer, SEPTEMBER + timedelta(days=40)))

    assert seen == ["month_limit_reached", "limit_reached", "limit_reached"]


def test_what_was_given_back_counts_for_no_month(volunteer):
    reward = RewardFactory(region=volunteer.region, partner__region=volunteer.region, limit_per_month=1)
    first = redeem(reward, volunteer, AUGUST, "a")
    assert refused(reward, volunteer, AUGUST) == "month_limit_reached"

    redemptions.cancel(first, by=volunteer.user)

    assert redeem(reward, volunteer, AUGUST, "b").status == "issued"


@pytest.mark.parametrize(
    ("days", "last", "until"),
    [
        (None, date(2026, 12, 31), date(2026, 12, 31)),
        (1, date(2026, 12, 31), date(2026, 8, 31)),
        (30, date(2026, 12, 31), date(2026, 9, 29)),
        (30, date(2026, 9, 5), date(2026, 9, 5)),
    ],
)
def test_a_voucher_is_good_for_some_days_at_most_until_the_rewards_last(volunteer, days, last, until):
    reward = RewardFactory(region=volunteer.region, partner__region=volunteer.region, days_valid=days, valid_until=last)

    voucher = redeem(reward, volunteer, AUGUST, "k")

    voucher.refresh_from_db()
    assert voucher.valid_until == until
    with pytest.raises(Refused) as no:
        redemptions.accept(voucher, by=volunteer.user, at=AUGUST + (until - date(2026, 8, 31)) + timedelta(hours=1))
    assert no.value.code == "lapsed"
