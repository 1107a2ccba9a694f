"""Odd patterns: what the plain rows say, what is kept of it, and that people decide."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from communities.grants import Role
from communities.models import Refused, StatusChange, User
from tests.factories import (
    ActivityFactory,
    AttendanceFactory,
    DeviceMarkFactory,
    OddityFactory,
    PointsRuleFactory,
    RegionFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers import oddities as patterns
from volunteers.models import Account, Attendance, DeviceMark, Oddity
from volunteers.services import attendances, device_marks, oddities

NINE = datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HERE, NEXT_DOOR, NEXT_STREET, NEXT_DISTRICT, ELSEWHERE = (
    *("330702001001", "330702001002", "330702002001"),
    *("330703001001", "350101001001"),
)
NUMBERS = iter(range(1, 10**6))


def stay(volunteer=1, *, activity=1, place=HERE, start=0, minutes=60, **fields):
    """A stay that begins so many minutes after nine; a volunteer's user has the volunteer's number and 100."""
    times = {"started_at": NINE + start * MINUTE, "ended_at": NINE + (start + minutes) * MINUTE}
    ids = {"pk": next(NUMBERS), "volunteer": volunteer, "user": volunteer + 100, "activity": activity}
    return patterns.Stay(**ids, place=place, **times, **fields)


def figures(found):
    return [one.figures for one in found]


# purely


@pytest.mark.parametrize(("people", "found"), [(2, []), (3, [{"people": 3}])])
def test_one_device_many_people(people, found):
    rows = [stay(number, devices=("a", "a")) for number in range(people)]
    others = [stay(9, devices=("b",)), stay(8, activity=2, devices=("a",)), stay(7)]

    assert figures(patterns.one_device([*rows, *others])) == found


@pytest.mark.parametrize(
    ("place", "least"), [(HERE, 0), (NEXT_DOOR, 5), (NEXT_STREET, 15), (NEXT_DISTRICT, 30), (ELSEWHERE, 90)]
)
def test_travel_takes_its_time(place, least):
    def gap(minutes):
        return [stay(), stay(place=place, start=60 + minutes)]

    too_fast = list(patterns.travel(gap(least - 1))) if least else []

    assert patterns.least_minutes(HERE, place) == least
    assert [one.figures["minutes"] for one in too_fast] == ([least - 1] if least else [])
    assert list(patterns.travel(gap(least))) == []


def test_two_people_travel_apart_and_who_is_still_there_is_no_traveller():
    rows = [stay(1), stay(2, place=NEXT_DOOR, start=61)]
    open_stay = patterns.Stay(pk=1, volunteer=3, user=3, activity=1, place=HERE, started_at=NINE)

    assert list(patterns.travel([*rows, open_stay, stay(3, place=NEXT_DOOR)])) == []


@pytest.mark.parametrize(
    ("confirmed", "people", "undone", "found"),
    [(6, 2, 6, 1), (5, 2, 6, 0), (6, 4, 6, 0), (6, 2, 5, 0), (6, 2, 0, 0)],
)
def test_a_leader_who_confirms_only_a_few(confirmed, people, undone, found):
    theirs = [stay(number % people, activity=number, confirmed_by=50) for number in range(confirmed)]
    others = [stay(20 + number, activity=number % 3, is_undone=True) for number in range(undone)]
    elsewhere = [stay(40, activity=99, is_undone=True), stay(60, confirmed_by=51)]

    patterns_found = list(patterns.friends([*theirs, *others, *elsewhere], period="2026Q2"))

    assert len(patterns_found) == found
    if found:
        assert patterns_found[0].figures == {"confirmed": 6, "people": 2, "others": 6}
        assert patterns_found[0].stays == tuple(sorted(row.pk for row in [*theirs, *others]))


@pytest.mark.parametrize(("times", "else_too", "found"), [(3, 0, [{"one": 3, "other": 3}]), (2, 0, []), (3, 1, [])])
def test_two_who_confirm_each_other(times, else_too, found):
    mutual = [stay(who, confirmed_by=by + 100) for who, by in [(1, 2), (2, 1)] for _ in range(times)]
    others = [stay(3, confirmed_by=101) for _ in range(else_too)]

    assert figures(patterns.each_other([*mutual, *others], period="2026Q2")) == found


# kept


@pytest.fixture
def shared(community):
    """Three people by one phone at an activity that is over, and two by another."""
    activity = ActivityFactory(region=community, leader=UserFactory(), starts_at=NINE)
    for marker, people in (("a", 3), ("b", 2)):
        for _ in range(people):
            DeviceMarkFactory(attendance__activity=activity, marker=marker * 16)
    return activity


def look(region, at=NINE + DAY):
    return oddities.find(region, at=at, by=User.objects.system())


@pytest.mark.django_db
def test_a_pattern_is_listed_once_with_its_reason_and_stays(community, shared):
    assert [look(community), look(community), look(community, NINE + 2 * DAY)] == [1, 0, 0]

    oddity = Oddity.objects.get()
    assert (oddity.kind, oddity.status, oddity.stays.count()) == ("device", "open", 3)
    assert "3" in oddity.says


@pytest.mark.django_db
def test_what_was_decided_does_not_come_again(community, shared, person):
    look(community)
    oddities.clear(Oddity.objects.get(), reason="一家三口", by=person(Role.COMMUNITY_STAFF, community))

    assert look(community, NINE + 3 * DAY) == 0
    change = StatusChange.objects.about(Oddity.objects.get()).last()
    assert (change.new, change.reason) == ("fine", "一家三口")


@pytest.mark.django_db
def test_while_it_goes_on_nothing_is_said(community, shared):
    assert look(community, NINE + HOUR) == 0


@pytest.mark.django_db
def test_a_journey_is_found_from_either_end_and_names_the_places(community, neighbour):
    traveller = VolunteerFactory(region=community)
    for region, start in ((community, NINE), (neighbour, NINE + 2 * HOUR + MINUTE)):
        AttendanceFactory(volunteer=traveller, activity__region=region, activity__starts_at=start)

    assert [look(community), look(neighbour)] == [1, 0]
    assert all(place.name in Oddity.objects.get().says for place in (community, neighbour))


@pytest.mark.django_db
def test_who_confirmed_is_read_from_the_record(community):
    leader = UserFactory()
    friend = VolunteerFactory(region=community)
    for number in range(6):
        activity = ActivityFactory(region=community, leader=leader, starts_at=NINE + number * DAY)
        attendances.confirm(AttendanceFactory(activity=activity, volunteer=friend), by=leader, evaluation="好")
        AttendanceFactory(activity=activity)

    assert look(community, NINE + 8 * DAY) == 0  # there is still time to record the others
    assert look(community, NINE + 40 * DAY) == 1
    assert Oddity.objects.get().figures == {"confirmed": 6, "people": 1, "others": 6}


@pytest.mark.django_db
def test_every_place_is_looked_through_and_one_query_count_does(community, django_assert_max_num_queries):
    for region in (community, RegionFactory(), RegionFactory()):
        activity = ActivityFactory(region=region, starts_at=NINE)
        for _ in range(4):
            DeviceMarkFactory(attendance__activity=activity, marker="c" * 16)
    with django_assert_max_num_queries(8):
        oddities._rows(community, NINE + DAY)  # noqa: SLF001 (the whole look of one place)

    assert oddities.find_all(at=NINE + DAY, by=User.objects.system()) == 3


@pytest.mark.django_db
def test_device_markers_go_after_ninety_days(shared):
    kept = device_marks.forget(at=NINE + 90 * DAY - HOUR)
    gone = device_marks.forget(at=NINE + 90 * DAY + HOUR)

    assert (kept, gone, DeviceMark.objects.count()) == (0, 5, 0)


# decided on


@pytest.fixture
def odd(shared, community):
    look(community)
    return Oddity.objects.get()


@pytest.mark.django_db
def test_what_is_not_fine_takes_the_chosen_hours_and_their_points_back(odd, community, person):
    staff = person(Role.COMMUNITY_STAFF, community)
    PointsRuleFactory(region=community, points_per_hour=10)
    paid, unpaid, _other = odd.stays.order_by("id")
    attendances.confirm(paid, by=odd.stays.first().activity.leader, evaluation="好")
    earned = Account.objects.get(volunteer=paid.volunteer).balance

    oddities.reject(odd, reason="一部手机代签", stays=[paid.pk, unpaid.pk], by=staff)

    statuses = dict(odd.stays.values_list("pk", "status"))
    assert sorted(statuses.values()) == ["left", "rejected", "rejected"]
    assert {statuses[one.pk] for one in (paid, unpaid)} == {"rejected"}
    assert (earned, Account.objects.get(volunteer=paid.volunteer).balance) == (20, 0)
    assert Oddity.objects.get().status == "rejected"


@pytest.mark.django_db
def test_not_fine_needs_a_reason_and_stays_of_its_own(odd, person, community):
    staff = person(Role.COMMUNITY_STAFF, community)
    codes = []
    for fields in ({"reason": " "}, {"reason": "x", "stays": [AttendanceFactory().pk]}):
        with pytest.raises(Refused) as no:
            oddities.reject(odd, by=staff, **fields)
        codes.append(no.value.code)

    assert codes == ["reason_needed", "not_in_pattern"]
    assert Oddity.objects.get().status == "open"
    assert not Attendance.objects.filter(status="rejected").exists()


@pytest.mark.django_db
def test_who_had_a_part_in_it_does_not_decide(odd):
    part = [odd.stays.first().activity.leader, odd.stays.first().volunteer.user]

    for by in part:
        with pytest.raises(Refused) as no:
            oddities.clear(odd, by=by)
        assert no.value.code == "own_hours"


@pytest.mark.django_db
def test_staff_decide_through_the_api_and_the_console(api, browse, person, community, neighbour, odd):
    staff, stranger = person(Role.COMMUNITY_STAFF, community), person(Role.COMMUNITY_STAFF, neighbour)
    other = OddityFactory(region=community)

    page = browse(staff).get(f"/admin/volunteers/oddity/{odd.pk}/change/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    browse(staff).post(
        f"/admin/volunteers/oddity/{odd.pk}/reject/", {"reason": "代签", "stays": [odd.stays.first().pk]}
    )
    cleared = api(staff).post(f"/api/v1/oddities/{other.pk}/clear/", {})

    assert page.count("/admin/volunteers/attendance/") >= 3
    assert "3 people used the same device" in page
    assert (cleared.status_code, cleared.json()["status"]) == (200, "fine")
    assert sorted(odd.stays.values_list("status", flat=True)) == ["left", "left", "rejected"]
    assert api(stranger).post(f"/api/v1/oddities/{other.pk}/clear/", {}).status_code == 404
    assert api(staff).post(f"/api/v1/oddities/{other.pk}/reject/", {"reason": "x"}).status_code == 409
