"""红色清单: hours are recorded within ten working days; what is later is red, and leaders are reminded."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from communities.calendar import add_working_days, last_day_before
from communities.grants import Role
from communities.models import CalendarDay, Notice
from tests.factories import ActivityFactory, AttendanceFactory, UserFactory
from volunteers.models import Attendance
from volunteers.services import record_reminders
from volunteers.tasks import remind_of_hours

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Wednesday; the ten working days end on 17 June, and one later when a day in between is made a holiday.
BEGAN = datetime(2026, 6, 3, 14, tzinfo=SHANGHAI)


def noon(day, month=6):
    return datetime(2026, month, day, 12, tzinfo=SHANGHAI)


def stay(status="left", **fields):
    fields = {"activity__starts_at": BEGAN, "activity__leader": UserFactory()} | fields
    return AttendanceFactory(status=status, **({"ended_at": None} if status == "forgotten" else {}), **fields)


@pytest.mark.parametrize("n", [0, 1, 5, 10])
@pytest.mark.parametrize("day", [noon(5).date(), noon(7).date(), noon(22).date(), noon(2, 10).date()])
def test_counting_back_is_counting_forward_the_other_way(day, n):
    first = last_day_before(day, n)

    assert add_working_days(first, n) <= day < add_working_days(first + timedelta(days=1), n) or n == 0


def test_the_last_day_is_in_time_the_next_is_not():
    late = stay()

    assert late.due_on == noon(17).date()
    assert list(Attendance.objects.overdue(at=noon(17))) == []
    assert list(Attendance.objects.overdue(at=noon(18))) == [late]


def test_a_holiday_that_staff_entered_moves_the_limit():
    late = stay()
    CalendarDay.objects.create(day=noon(9).date(), is_working=False, by=UserFactory())

    assert late.due_on == noon(18).date()
    assert not Attendance.objects.overdue(at=noon(18)).exists()


@pytest.mark.parametrize(("status", "is_red"), [("forgotten", True), ("confirmed", False), ("rejected", False)])
def test_only_what_nobody_decided_on_is_red(status, is_red):
    stay(status)

    assert Attendance.objects.overdue(at=noon(30)).exists() is is_red


def test_staff_see_the_red_list_in_the_console_and_the_api(api, browse, person, community):
    red = stay(activity__region=community)
    AttendanceFactory(activity__region=community, activity__starts_at=BEGAN + timedelta(days=20))
    staff = person(Role.COMMUNITY_STAFF, community)

    with time_machine.travel(noon(26)):
        front = api(staff).get("/api/v1/todo/").json()["results"]
        listed = browse(staff).get("/admin/volunteers/attendance/?overdue=1").context["cl"].result_list
        asked = api(staff).get("/api/v1/attendances/?overdue=true").json()["results"]
        rest = api(staff).get("/api/v1/attendances/?overdue=false").json()["results"]

    assert [entry["count"] for entry in front if "overdue" in entry["url"]] == [1]
    assert list(listed) == [red]
    assert [[row["id"] == red.pk for row in rows] for rows in (asked, rest)] == [[True], [False]]


def test_the_leader_is_reminded_before_and_weekly_after():
    late = stay()
    days = [8, 12, 13, 17, 18, 20, 25, 26]

    for day in days:
        with time_machine.travel(noon(day), tick=False):
            remind_of_hours()
            remind_of_hours()

    notices = Notice.objects.order_by("at")
    assert [(notice.kind, notice.at.astimezone(SHANGHAI).day) for notice in notices] == [
        ("hours_due", 12),
        ("hours_late", 18),
        ("hours_late", 25),
    ]
    assert {notice.user for notice in notices} == {late.activity.leader}
    assert notices[0].url == f"/activities/{late.activity.pk}/confirm/"


def test_nobody_is_reminded_at_night_nor_without_need():
    stay("confirmed")
    stay(activity__leader=None)
    record_reminders.remind(at=noon(18))
    stay()
    record_reminders.remind(at=noon(18) + timedelta(hours=12))

    assert not Notice.objects.exists()


def test_mine_shows_the_leader_what_waits_and_what_is_late(browse):
    late = stay()
    stay(activity__leader=UserFactory())
    on_time = ActivityFactory(starts_at=BEGAN + timedelta(days=14), leader=late.activity.leader)
    AttendanceFactory(activity=on_time)

    with time_machine.travel(noon(18)):
        page = browse(late.activity.leader).get("/me/", HTTP_ACCEPT_LANGUAGE="en").content.decode()

    lines = [line for line in page.split("<li>") if "/confirm/" in line]
    assert [("Over the limit" in line, late.activity.title in line) for line in lines] == [(True, True), (False, False)]
