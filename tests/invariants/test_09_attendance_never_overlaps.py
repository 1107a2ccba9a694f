"""Invariant 9: one person's attendance never overlaps in time and never exceeds the hours of a day."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from communities.models import Refused
from tests.factories import ActivityFactory, AttendanceFactory, UserFactory, VolunteerFactory
from volunteers.models import Attendance
from volunteers.services import attendances

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


def stay(volunteer, start, end, **fields):
    """Past every service: straight into the table; in minutes after midnight."""
    times = {"started_at": MORNING + timedelta(minutes=start), "ended_at": MORNING + timedelta(minutes=end)}
    with transaction.atomic():
        return AttendanceFactory(volunteer=volunteer, **times, **fields)


@pytest.mark.parametrize(("start", "end"), [(0, 61), (119, 200), (80, 90), (0, 600), (60, 120)])
def test_the_database_refuses_an_overlap(start, end):
    volunteer = VolunteerFactory()
    stay(volunteer, 60, 120)

    with pytest.raises(IntegrityError, match="attendance_overlaps"):
        stay(volunteer, start, end)


@pytest.mark.parametrize(("start", "end"), [(0, 60), (120, 180)])
def test_one_after_the_other_is_no_overlap(start, end):
    volunteer = VolunteerFactory()
    stay(volunteer, 60, 120)

    stay(volunteer, start, end)

    assert volunteer.attendances.count() == 2


def test_others_may_be_there_at_the_same_time():
    stay(VolunteerFactory(), 60, 120)

    stay(VolunteerFactory(), 60, 120)

    assert Attendance.objects.count() == 2


def test_what_was_not_accepted_does_not_stand_in_the_way():
    volunteer = VolunteerFactory()
    rejected = stay(volunteer, 60, 120, status="rejected")
    stay(volunteer, 60, 120)

    with pytest.raises(IntegrityError, match="attendance_overlaps"), transaction.atomic():
        Attendance.objects.filter(pk=rejected.pk).update(status="left")


def test_a_stay_does_not_grow_into_another():
    volunteer = VolunteerFactory()
    first = stay(volunteer, 0, 60)
    stay(volunteer, 60, 120)

    times = {"started_at": first.started_at, "ended_at": first.ended_at + timedelta(minutes=1)}

    with pytest.raises(IntegrityError) as broken:
        attendances.correct(first, reason="漏记", by=UserFactory(), **times)

    assert Refused.from_database(broken.value).code == "attendance_overlaps"


def test_the_database_refuses_more_than_sixteen_hours_at_a_stretch():
    with pytest.raises(IntegrityError, match="attendance_too_long"):
        stay(VolunteerFactory(), 0, 16 * 60 + 1)


def test_the_database_refuses_more_minutes_than_the_stay_lasted():
    with pytest.raises(IntegrityError, match="attendance_minutes_exceed_stay"):
        stay(VolunteerFactory(), 0, 60, minutes=61)


def test_checked_in_at_one_place_only():
    volunteer = VolunteerFactory()
    AttendanceFactory(volunteer=volunteer, status="present", ended_at=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        AttendanceFactory(volunteer=volunteer, status="present", ended_at=None)


def test_checking_in_at_two_places_at_once_succeeds_at_one(race):
    volunteer, leader = VolunteerFactory(), UserFactory()
    activities = [ActivityFactory() for _ in range(6)]

    def check_in(number):
        activity = activities[number]
        try:
            attendances.check_in(activity, volunteer=volunteer, by=leader, at=activity.starts_at)
        except IntegrityError as error:
            return Refused.from_database(error).code
        return "checked in"

    answers = race(6, check_in)

    assert sorted(answers) == ["checked in"] + ["present_at_one_place"] * 5
    assert Attendance.objects.count() == 1


class AnyStays(TestCase):
    """Whatever is tried, what the database keeps never overlaps nor fills more than a day."""

    @given(st.lists(st.tuples(st.integers(0, 1440), st.integers(1, 1200)), min_size=2, max_size=12))
    @settings(max_examples=20, deadline=None)
    def test_what_is_kept_never_overlaps(self, stays):
        volunteer = VolunteerFactory()
        for start, length in stays:
            try:
                stay(volunteer, start, start + length)
            except IntegrityError:
                continue

        kept = list(volunteer.attendances.order_by("started_at"))

        assert all(one.ended_at <= following.started_at for one, following in pairwise(kept))
        midnight = MORNING + timedelta(days=1)
        for begin in (MORNING, midnight):
            end = begin + timedelta(days=1)
            within = [max(timedelta(), min(a.ended_at, end) - max(a.started_at, begin)) for a in kept]
            assert sum(within, timedelta()) <= timedelta(hours=24)
