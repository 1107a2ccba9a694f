"""Codes at the place: another every half minute, stored nowhere, and each tells its half minute."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from communities.models import Refused
from tests.factories import ActivityFactory
from volunteers.services import spot_codes

pytestmark = pytest.mark.django_db
HALF = timedelta(seconds=30)


@pytest.fixture
def activity():
    return ActivityFactory(starts_at=now().replace(second=0, microsecond=0) - timedelta(hours=1))


def test_another_code_every_half_minute_and_no_two_alike(activity):
    first, codes = spot_codes.list_all(activity)

    at = activity.starts_at + timedelta(minutes=7)
    shown = [spot_codes.show(activity, at=at + step * HALF) for step in range(3)]
    place = int(at.timestamp()) // 30 - first

    assert len(codes) == len(set(codes)) == 5 * 120 + 1  # three hours, one before and one after
    assert codes[place : place + 3] == shown
    assert all(spot_codes.is_well_formed(code) for code in codes)


def test_a_code_tells_its_half_minute_days_later(activity):
    at = activity.starts_at + timedelta(minutes=7, seconds=12)
    code = spot_codes.show(activity, at=at)

    moment = spot_codes.moment_of(f"{code[:4].lower()} {code[4:]}", activity=activity, at=at + timedelta(days=30))

    assert moment == activity.starts_at + timedelta(minutes=7)


def test_a_code_of_another_activity_or_of_the_future_says_nothing(activity):
    at = activity.starts_at + timedelta(minutes=7)
    others = [
        spot_codes.show(ActivityFactory(starts_at=activity.starts_at), at=at),
        spot_codes.show(activity, at=at + 3 * HALF),
        "22222239",
        "",
    ]

    assert [spot_codes.moment_of(code, activity=activity, at=at) for code in others] == [None] * 4


@pytest.mark.parametrize(("age", "is_fresh"), [(0, True), (30, True), (-30, True), (31, False), (-60, False)])
def test_on_the_spot_a_code_lives_for_this_half_minute_and_the_next(activity, age, is_fresh):
    at = activity.starts_at
    code = spot_codes.show(activity, at=at - timedelta(seconds=age))

    if is_fresh:
        spot_codes.check_fresh(code, activity=activity, at=at)
    else:
        with pytest.raises(Refused) as no:
            spot_codes.check_fresh(code, activity=activity, at=at)
        assert no.value.code == "stale_code"


@given(st.text(spot_codes.SIGNS, min_size=7, max_size=7), st.integers(0, 7), st.sampled_from(spot_codes.SIGNS))
def test_one_wrong_letter_is_noticed(letters, place, other):
    code = letters + spot_codes._check(letters)  # noqa: SLF001 (the letter that the device checks too)
    typed = code[:place] + other + code[place + 1 :]

    assert spot_codes.is_well_formed(typed) is (typed == code)


@given(st.text(spot_codes.SIGNS, min_size=7, max_size=7), st.integers(0, 5))
def test_two_swapped_letters_are_noticed(letters, place):
    code = letters + spot_codes._check(letters)  # noqa: SLF001
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert spot_codes.is_well_formed(typed) is (typed == code)
