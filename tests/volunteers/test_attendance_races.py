"""Two phones at the same second, a phone and the leader, the same sending twice: one stay, and nobody sees a fault."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from tests.factories import ActivityFactory, AttendanceFactory, SignupFactory, UserFactory, VolunteerFactory
from volunteers.models import Attendance, KeptScan
from volunteers.services import attendances, kept_scans, spot_codes


@pytest.fixture
def activity(transactional_db):
    return ActivityFactory(leader=UserFactory(), starts_at=now() - timedelta(hours=1), places=50)


def test_ten_taps_on_two_phones_make_one_stay(race, activity):
    volunteer = VolunteerFactory()

    made = race(10, lambda _n: attendances.check_in(activity, volunteer=volunteer, by=volunteer.user, means="code").pk)

    assert len(set(made)) == Attendance.objects.count() == 1


def test_the_volunteer_and_the_leader_at_once_make_one_stay(race, activity):
    volunteer = SignupFactory(activity=activity).volunteer
    hands = [("code", volunteer.user), ("list", activity.leader)] * 3

    def check_in(number):
        means, by = hands[number]
        return attendances.check_in(activity, volunteer=volunteer, by=by, means=means).pk

    assert len(set(race(6, check_in))) == Attendance.objects.count() == 1


def test_the_leader_taps_check_out_six_times(race, activity):
    stay = AttendanceFactory(activity=activity, status="present", ended_at=None)

    done = race(6, lambda _n: attendances.send_off(Attendance.objects.get(pk=stay.pk), by=activity.leader))

    assert sorted(done) == [False] * 5 + [True]
    assert Attendance.objects.get().status == "left"


def test_one_kept_scan_sent_by_six_hands_is_one_row(race, activity):
    volunteer = SignupFactory(activity=activity).volunteer
    at = now() - timedelta(minutes=20)
    code = spot_codes.show(activity, at=at)

    def send(_number):
        fields = {"code": code, "is_leaving": False, "phone_at": at, "key": "k", "by": volunteer.user}
        return kept_scans.send_code(activity, volunteer=volunteer, **fields).pk

    assert len(set(race(6, send))) == KeptScan.objects.count() == Attendance.objects.count() == 1


def test_a_kept_scan_arrives_while_the_leader_ticks_the_list(race, activity):
    volunteer = SignupFactory(activity=activity).volunteer
    at = now() - timedelta(minutes=20)
    code = spot_codes.show(activity, at=at)

    def act(number):
        if number % 2:
            return attendances.check_in(activity, volunteer=volunteer, by=activity.leader).pk
        fields = {"code": code, "is_leaving": False, "phone_at": at, "key": f"k{number}", "by": volunteer.user}
        return kept_scans.send_code(activity, volunteer=volunteer, **fields).pk

    race(6, act)

    assert Attendance.objects.count() == 1
    # Whichever was first: the scan is part of that stay, or waits as it says an earlier time.
    outcomes = set(KeptScan.objects.values_list("status", "why"))
    assert outcomes in ({("noted", "")}, {("waiting", "differs")})


def test_fifty_arrive_at_once(race, activity):
    people = [SignupFactory(activity=activity).volunteer for _ in range(25)] + [VolunteerFactory() for _ in range(25)]

    race(50, lambda n: attendances.check_in(activity, volunteer=people[n], by=people[n].user, means="code").pk)

    assert Attendance.objects.open().count() == 50
