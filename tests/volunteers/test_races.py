"""Twenty hands for three places; a voucher that is spent stays spent."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from tests.factories import ActivityFactory, RedemptionFactory, UserFactory, VolunteerFactory
from volunteers.models import Redemption, Signup
from volunteers.services import signups

SOON = {"status": "published", "places": 3, "published_at": now()}
SOON |= {"starts_at": now() + timedelta(days=1), "ends_at": now() + timedelta(days=1, hours=2)}


def test_twenty_sign_up_at_once_for_three_places(race):
    activity = ActivityFactory(**SOON)
    people = [VolunteerFactory(region=activity.region) for _number in range(20)]
    by = UserFactory()

    made = race(20, lambda number: signups.sign_up(activity, volunteer=people[number], by=by))

    assert sorted(signup.place_number for signup in made if signup.place_number) == [1, 2, 3]
    assert Signup.objects.filter(status="signed_up").count() == 3
    assert Signup.objects.filter(status="waiting").count() == 17


def test_one_hand_raised_ten_times_takes_one_place(race):
    activity = ActivityFactory(**SOON)
    volunteer, by = VolunteerFactory(region=activity.region), UserFactory()

    race(10, lambda _number: signups.sign_up(activity, volunteer=volunteer, by=by).pk)

    assert Signup.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["used", "cancelled", "lapsed"])
def test_a_spent_voucher_is_not_made_good_again_past_every_service(status):
    voucher = RedemptionFactory()
    Redemption.objects.filter(pk=voucher.pk).update(status=status)

    for change in ({"status": "issued"}, {"code": "ABCDEFGHJK"}):
        with pytest.raises(IntegrityError, match="voucher_is_spent"), transaction.atomic():
            Redemption.objects.filter(pk=voucher.pk).update(**change)
