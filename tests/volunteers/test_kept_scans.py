"""What a phone kept without network arrives later: at the moment of its code, once, flagged, and never lost."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction

from communities.models import Notice, Refused, User
from communities.services import outbox
from tests.factories import (
    ActivityFactory,
    AttendanceFactory,
    KeptScanFactory,
    SignupFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Activity, Attendance, Correction, DeviceMark, KeptScan, Signup
from volunteers.services import activities, attendances, kept_scans, spot_codes

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EVENING = NINE + 12 * HOUR


@pytest.fixture
def activity(community):
    return ActivityFactory(region=community, leader=UserFactory(), starts_at=NINE)


@pytest.fixture
def volunteer(activity):
    return SignupFactory(activity=activity).volunteer


def send(activity, volunteer, shown_at, *, arrives=EVENING, is_leaving=False, key="k", phone_at=None, **extra):
    """The phone saw the code of `shown_at` and has network again when it `arrives`."""
    with time_machine.travel(arrives, tick=False):
        return kept_scans.send_code(
            activity,
            volunteer=volunteer,
            code=extra.pop("code", None) or spot_codes.show(activity, at=shown_at),
            is_leaving=is_leaving,
            phone_at=phone_at or shown_at,
            key=key,
            by=volunteer.user,
            **extra,
        )


def test_both_scans_of_a_day_without_network(activity, volunteer):
    came = send(activity, volunteer, NINE + 5 * MINUTE, key="in", phone_at=NINE - 3 * HOUR)
    went = send(activity, volunteer, NINE + 2 * HOUR, key="out", is_leaving=True)

    stay = Attendance.objects.get()
    assert (came.status, went.status, came.attendance, went.attendance) == ("noted", "noted", stay, stay)
    # The code says when, not the phone's clock, which was three hours wrong.
    assert (stay.started_at, stay.ended_at, stay.minutes) == (NINE + 5 * MINUTE, NINE + 2 * HOUR, 115)
    assert (stay.status, stay.means_in, stay.means_out, stay.is_late) == ("left", "latecode", "latecode", True)


def test_within_five_minutes_it_counts_as_on_the_spot(activity, volunteer):
    scan = send(activity, volunteer, NINE, arrives=NINE + 5 * MINUTE)

    assert (scan.is_late, scan.attendance.status, scan.attendance.means_in) == (False, "present", "code")


def test_a_check_in_alone_waits_for_the_leader_when_the_activity_is_over(activity, volunteer):
    scan = send(activity, volunteer, NINE)

    assert (scan.attendance.status, scan.attendance.ended_at) == ("forgotten", None)


def test_the_same_key_is_taken_once_whatever_comes_after(activity, volunteer):
    first = send(activity, volunteer, NINE, key="one")
    again = send(activity, volunteer, NINE, key="one", arrives=EVENING + 5 * HOUR)
    attendances.check_out(first.attendance, by=activity.leader, at=NINE + HOUR)
    later = send(activity, volunteer, NINE, key="one", arrives=EVENING + 90 * HOUR)

    assert first == again == later
    assert (KeptScan.objects.count(), Attendance.objects.count()) == (1, 1)


def test_what_the_leader_noted_at_that_time_already_is_not_noted_twice(activity, volunteer):
    with time_machine.travel(NINE + MINUTE):
        noted = attendances.check_in(activity, volunteer=volunteer, by=activity.leader)
    scan = send(activity, volunteer, NINE + 10 * MINUTE)

    assert scan.attendance == noted
    assert Attendance.objects.get().means_in == "list"


@pytest.mark.parametrize(
    ("prepare", "sent", "why"),
    [
        pytest.param({}, {"arrives": NINE + 48 * HOUR + MINUTE}, "too_old", id="too old"),
        pytest.param({}, {"code": "22222239"}, "unreadable", id="no code of ours"),
        pytest.param({"status": "confirmed"}, {}, "decided", id="confirmed meanwhile"),
        pytest.param({"status": "rejected"}, {}, "decided", id="rejected meanwhile"),
        pytest.param({"started_at": NINE + HOUR}, {}, "differs", id="the leader says later"),
        pytest.param({}, {"is_leaving": True}, "no_check_in", id="never came"),
        pytest.param({}, {"shown_at": NINE + 3 * HOUR + MINUTE}, "wrong_time", id="came after the end"),
        pytest.param(
            {"ended_at": NINE + HOUR}, {"is_leaving": True, "shown_at": NINE + 2 * HOUR}, "differs", id="left earlier"
        ),
        pytest.param(
            {"status": "confirmed"}, {"is_leaving": True, "shown_at": NINE + HOUR}, "decided", id="left, confirmed"
        ),
    ],
)
def test_what_cannot_be_noted_waits_for_the_leader(activity, volunteer, prepare, sent, why):
    if prepare:
        AttendanceFactory(activity=activity, volunteer=volunteer, **prepare)
    before = list(Attendance.objects.values())

    scan = send(activity, volunteer, **{"shown_at": NINE} | sent)

    assert (scan.status, scan.why, scan.attendance) == ("waiting", why, None)
    assert list(Attendance.objects.values()) == before


def test_a_check_out_into_another_stay_waits_too(activity, volunteer):
    AttendanceFactory(volunteer=volunteer, started_at=NINE + HOUR)
    send(activity, volunteer, NINE, key="in")

    scan = send(activity, volunteer, NINE + 2 * HOUR, key="out", is_leaving=True)

    assert (scan.status, scan.why) == ("waiting", "elsewhere")


def test_without_the_insurance_that_an_activity_asks_for_it_waits(activity, volunteer):
    Activity.objects.filter(pk=activity.pk).update(needs_insurance=True)

    assert send(activity, volunteer, NINE).why == "forbidden"
    assert not Attendance.objects.exists()


def test_of_somebody_under_18_whose_guardian_is_to_be_asked_anew_it_waits(activity, volunteer):
    volunteer.born, volunteer.guardian = "2010", "王某"
    volunteer.save()

    assert send(activity, volunteer, NINE).why == "no_guardian"
    assert not Attendance.objects.exists()


def test_without_a_place_it_waits_and_with_a_free_one_it_takes_it(activity):
    Activity.objects.filter(pk=activity.pk).update(places=1)
    first, second = VolunteerFactory(), VolunteerFactory()

    taken = send(activity, first, NINE, arrives=NINE + HOUR)
    late = send(activity, second, NINE, arrives=NINE + HOUR)

    assert (taken.status, late.why) == ("noted", "no_place")
    assert Signup.objects.filter(status="signed_up").count() == 1


def test_a_slip_of_the_finger_is_refused_at_once_and_so_is_a_sixth(activity, volunteer):
    with pytest.raises(Refused) as slip:
        send(activity, volunteer, NINE, code="22222223")
    codes = [spot_codes.show(ActivityFactory(), at=NINE) for _ in range(6)]
    for key, code in enumerate(codes[:5]):
        send(activity, volunteer, NINE, code=code, key=key)
    with pytest.raises(Refused) as many:
        send(activity, volunteer, NINE, code=codes[5], key="6")

    assert (slip.value.code, many.value.code) == ("mistyped", "too_many_waiting")
    assert KeptScan.objects.waiting().count() == 5


# what the leader does with it


def test_the_leader_accepts_a_check_in_and_a_check_out(activity, volunteer):
    late = NINE + 50 * HOUR
    came = send(activity, volunteer, NINE, key="in", arrives=late)
    went = send(activity, volunteer, NINE + HOUR, key="out", is_leaving=True, arrives=late)
    for scan in (came, went):
        kept_scans.accept(scan, by=activity.leader)

    stay = Attendance.objects.get()
    assert (stay.status, stay.started_at, stay.ended_at, stay.minutes) == ("left", NINE, NINE + HOUR, 60)
    assert {came.attendance, went.attendance} == {stay}


def test_accepting_another_time_is_a_correction_on_record(activity, volunteer):
    AttendanceFactory(activity=activity, volunteer=volunteer, ended_at=NINE + HOUR)
    scan = send(activity, volunteer, NINE + 2 * HOUR, is_leaving=True)

    kept_scans.accept(scan, by=activity.leader)

    correction = Correction.objects.get()
    assert (correction.old_ended_at, correction.ended_at) == (NINE + HOUR, NINE + 2 * HOUR)
    assert Attendance.objects.get().minutes == 120


def test_accepting_that_somebody_came_back_leaves_the_first_stay_as_it_is(activity, volunteer):
    first = AttendanceFactory(activity=activity, volunteer=volunteer, ended_at=NINE + HOUR, minutes=60)
    scan = send(activity, volunteer, NINE + 2 * HOUR, arrives=NINE + 51 * HOUR)

    kept_scans.accept(scan, by=activity.leader)

    again = Attendance.objects.exclude(pk=first.pk).get()
    first.refresh_from_db()
    assert (first.started_at, first.ended_at, again.started_at) == (NINE, NINE + HOUR, NINE + 2 * HOUR)
    assert (again.status, scan.attendance) == ("forgotten", again)


def test_the_time_that_stands_in_the_way_is_told_by_the_clock_of_the_place(activity, volunteer):
    AttendanceFactory(activity=activity, volunteer=volunteer, status="present", ended_at=None, started_at=NINE + HOUR)
    scan = send(activity, volunteer, NINE)

    with pytest.raises(Refused, match="10:00"):
        kept_scans.accept(scan, by=activity.leader)


@pytest.mark.parametrize(
    ("stay", "is_leaving", "code"),
    [
        ({"status": "present", "ended_at": None, "started_at": NINE + HOUR}, False, "still_there"),
        ({"status": "confirmed"}, True, "wrong_status"),
        (None, True, "not_checked_in"),
    ],
)
def test_what_cannot_be_accepted_says_what_to_do_first(activity, volunteer, stay, is_leaving, code):
    if stay:
        AttendanceFactory(activity=activity, volunteer=volunteer, **stay)
    scan = send(activity, volunteer, NINE + (HOUR if is_leaving else 0 * HOUR), is_leaving=is_leaving)

    with pytest.raises(Refused) as no:
        kept_scans.accept(scan, by=activity.leader)

    assert no.value.code == code
    assert KeptScan.objects.get().status == "waiting"


def test_nobody_accepts_their_own(activity, volunteer):
    scan = KeptScanFactory(activity=activity, volunteer=volunteer)

    for decide in (kept_scans.accept, lambda scan, by: kept_scans.reject(scan, by=by, reason="x")):
        with pytest.raises(Refused) as no:
            decide(scan, by=volunteer.user)
        assert no.value.code == "own_hours"


def test_the_leader_is_told_that_one_waits_and_the_volunteer_why_not(activity, volunteer):
    scan = send(activity, volunteer, NINE, arrives=NINE + 50 * HOUR)
    kept_scans.reject(scan, reason="当天没有来", by=activity.leader)
    outbox.fan_out(at=NINE + 51 * HOUR)

    told = dict(Notice.objects.values_list("user", "change__new"))
    assert told == {activity.leader.pk: "waiting", volunteer.user.pk: "rejected"}


# the leader's list without network


def tick(activity, volunteer, noted_at, *, is_leaving=False, key="t", by=None):
    with time_machine.travel(EVENING, tick=False):
        return kept_scans.send_tick(
            activity,
            volunteer=volunteer,
            is_leaving=is_leaving,
            noted_at=noted_at,
            key=key,
            by=by or activity.leader,
        )


def test_the_leaders_ticks_arrive_at_the_leaders_time(activity, volunteer):
    tick(activity, volunteer, NINE + 2 * MINUTE, key="1")
    tick(activity, volunteer, NINE + 2 * MINUTE, key="1")
    tick(activity, volunteer, NINE + HOUR, is_leaving=True, key="2")

    stay = Attendance.objects.get()
    assert (stay.status, stay.started_at, stay.minutes, stay.means_in) == ("left", NINE + 2 * MINUTE, 58, "latelist")


def test_a_leader_does_not_tick_themselves_off(activity):
    leader = SignupFactory(activity=activity, volunteer__user=activity.leader).volunteer
    tick(activity, leader, NINE)

    with pytest.raises(Refused) as no:
        tick(activity, leader, NINE + HOUR, is_leaving=True, key="2")

    assert no.value.code == "own_hours"


# what holds it


@pytest.mark.parametrize(
    "change",
    [{"at": NINE}, {"is_leaving": True}, {"key": "other"}, {"why": "differs"}, {"arrived_at": EVENING}],
    ids=lambda change: next(iter(change)),
)
def test_the_database_keeps_what_was_sent(change):
    scan = KeptScanFactory(activity__starts_at=NINE + MINUTE)

    with pytest.raises(IntegrityError, match="kept_scan_stands"), transaction.atomic():
        KeptScan.objects.filter(pk=scan.pk).update(**change)


def test_what_was_decided_stays_decided():
    scan = KeptScanFactory(status="rejected")

    with pytest.raises(IntegrityError, match="kept_scan_stands"), transaction.atomic():
        KeptScan.objects.filter(pk=scan.pk).update(status="waiting")


def test_a_device_is_known_again_within_one_activity_only(activity, volunteer):
    other = SignupFactory(activity=activity).volunteer
    elsewhere = SignupFactory(activity=ActivityFactory(starts_at=NINE + 5 * HOUR)).volunteer
    for number, (where, who) in enumerate(
        [(activity, volunteer), (activity, other), (elsewhere.signups.get().activity, elsewhere)]
    ):
        send(where, who, where.starts_at, key=number, device="f" * 32, arrives=NINE + 20 * HOUR)

    markers = list(DeviceMark.objects.order_by("id").values_list("marker", flat=True))
    assert (len(markers), markers[0] == markers[1], markers[1] == markers[2]) == (3, True, False)
    assert "f" * 8 not in "".join(markers)


def test_ending_an_activity_leaves_a_late_check_out_its_place(activity, volunteer):
    with time_machine.travel(NINE):
        attendances.check_in(activity, volunteer=volunteer, by=activity.leader)
    with time_machine.travel(EVENING):
        activities.end_due(at=EVENING, by=User.objects.system())
    send(activity, volunteer, NINE + 3 * HOUR, is_leaving=True, arrives=EVENING + HOUR)

    stay = Attendance.objects.get()
    assert (stay.status, stay.minutes, stay.means_out) == ("left", 180, "latecode")
