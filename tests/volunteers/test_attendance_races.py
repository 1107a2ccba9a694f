"""Two phones at the same second, a phone and the leader, the same sending twice: one stay, and nobody sees a fault."""

from datetime import timedelta
from time import sleep

import pytest
from django.db import transaction
from django.utils.timezone import now

from communities.models import Refused
from tests.factories import (
    ActivityFactory,
    AttendanceFactory,
    PointsRuleFactory,
    RewardFactory,
    SignupFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, Attendance, KeptScan, Redemption
from volunteers.services import attendances, audits, kept_scans, redemptions, spot_codes


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


def test_a_stay_reopened_and_confirmed_while_its_points_are_being_spent_leaves_sound_books(race):
    rule, by = PointsRuleFactory(points_per_hour=10), UserFactory()
    stay = AttendanceFactory(activity__region=rule.region, volunteer__region=rule.region)
    attendances.confirm(stay, by=by, evaluation="认真")
    reward = RewardFactory(region=rule.region, partner__region=rule.region, points=7)

    def act(number):
        mine = Attendance.objects.select_related("activity", "volunteer", "journal").get(pk=stay.pk)
        acts = [
            lambda: redemptions.redeem(reward, volunteer=mine.volunteer, key=f"{number}", by=by),
            lambda: attendances.reopen(mine, reason="记错", by=by),
            lambda: attendances.confirm(mine, by=by, evaluation="认真"),
        ]
        try:
            acts[number % 3]()
        except Refused as no:
            return no.code

    refused = [set(filter(None, race(9, act))) for _time in range(2)]

    stay.refresh_from_db()
    spent = 7 * Redemption.objects.count()
    assert set.union(*refused) <= {"balance_never_negative", "wrong_status"}
    assert Account.objects.get(volunteer=stay.volunteer).balance == (stay.points or 0) - spent
    assert list(audits.find_faults()) == []


def test_confirming_hours_holds_up_nobody_who_comes_back_to_the_same_activity(race, activity):
    """Who comes takes the person's row and then the activity's: a confirmation must not hold the one for the other."""
    stay = AttendanceFactory(activity=activity)

    def act(number):
        with transaction.atomic():
            if number:
                sleep(0.2)
                return attendances.confirm(Attendance.objects.get(pk=stay.pk), by=activity.leader, evaluation="认真")
            attendances.take_turn(stay.volunteer)
            sleep(0.6)
            return activity.locked()

    race(2, act)

    assert Attendance.objects.get().status == "confirmed"
