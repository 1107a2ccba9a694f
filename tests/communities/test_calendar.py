from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import get_current_timezone

from communities.calendar import add_working_days, is_computed, is_working_day, working_days_between
from communities.grants import Role
from communities.models import CalendarDay, Refused
from communities.services import calendar
from tests.factories import CalendarDayFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 9, 28), True),  # a Monday like any other
        (date(2026, 9, 27), False),  # Mid-Autumn
        (date(2026, 10, 5), False),  # a Monday in the week of National Day
        (date(2026, 10, 10), True),  # the Saturday worked to make up for it
        (date(2026, 10, 11), False),  # a Sunday
    ],
)
def test_a_day_is_worked_as_the_notice_of_the_year_says(day, works):
    assert is_working_day(day) is works


def test_working_days_run_over_a_holiday_and_its_make_up_day():
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert add_working_days(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert add_working_days(date(2026, 9, 30), 5) == date(2026, 10, 13)
    assert add_working_days(date(2026, 10, 3), 0) == date(2026, 10, 3)


def test_days_between_count_back_what_was_added():
    first = date(2026, 9, 30)

    assert working_days_between(first, add_working_days(first, 7)) == 7
    assert working_days_between(first, first) == 0
    assert working_days_between(first, date(2026, 9, 1)) == 0


def test_what_staff_entered_wins():
    CalendarDayFactory(day=date(2026, 9, 28), is_working=False)
    CalendarDayFactory(day=date(2026, 10, 11), is_working=True)

    assert not is_working_day(date(2026, 9, 28))
    assert is_working_day(date(2026, 10, 11))
    assert add_working_days(date(2026, 9, 26), 1) == date(2026, 9, 29)


def test_counting_asks_the_database_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        add_working_days(date(2026, 9, 30), 40)


def test_a_year_without_a_notice_is_computed_until_staff_say_that_all_of_it_is_entered():
    by = UserFactory()
    assert not is_computed(2026)
    assert is_computed(2090)

    calendar.declare(date(2090, 2, 4), is_working=True, by=by)
    assert is_computed(2090)
    calendar.declare(date(2090, 10, 1), last=date(2090, 10, 7), is_working=False, completes_year=True, by=by)

    assert not is_computed(2090)
    assert is_computed(2091)


def test_a_day_corrected_leaves_the_year_complete_and_one_may_say_that_it_was_not():
    by, day = UserFactory(), date(2090, 10, 7)
    calendar.declare(day, is_working=False, completes_year=True, by=by)

    calendar.declare(day, is_working=True, note="更正", by=by)
    assert not is_computed(2090)
    calendar.declare(day, is_working=True, completes_year=False, by=by)

    assert is_computed(2090)


@pytest.fixture
def in_2090():
    with time_machine.travel(datetime(2090, 3, 1, 9, tzinfo=get_current_timezone())):
        yield


def test_the_console_warns_until_the_year_is_said_to_be_complete(browse, person, city, in_2090):
    client, url = browse(person(Role.ADMINISTRATOR, city)), reverse("admin:communities_calendarday_changelist")
    add, said = reverse("admin:communities_calendarday_add"), {"day": "2090-10-01", "last": "2090-10-07"}

    assert client.post(add, said).status_code == 302
    before = client.get(url).content.decode()
    assert client.post(add, {"day": "2090-10-08", "last": "2090-10-09", "completes_year": "on"}).status_code == 302
    after = client.get(url).content.decode()

    assert ["2090 年的放假安排尚未录全" in page for page in (before, after)] == [True, False]
    last = CalendarDay.objects.get(completes_year=True)
    assert last.day == date(2090, 10, 9)
    change = reverse("admin:communities_calendarday_change", args=[last.pk])
    assert client.post(change, {"note": "国庆"}).status_code == 302
    assert "2090 年的放假安排尚未录全" in client.get(url).content.decode()


def test_the_api_says_when_a_year_is_complete(api, person, city):
    said = {"day": "2090-10-07", "is_working": False, "completes_year": True}

    made = api(person(Role.ADMINISTRATOR, city)).post("/api/v1/calendar-days/", said)

    assert (made.status_code, made.data[0]["completes_year"], is_computed(2090)) == (201, True, False)


def test_a_holiday_is_entered_from_its_first_to_its_last_day_and_corrected_by_entering_it_again():
    clerk, other = UserFactory(), UserFactory()
    calendar.declare(date(2027, 2, 6), last=date(2027, 2, 9), is_working=False, note="春节", by=clerk)

    calendar.declare(date(2027, 2, 9), is_working=True, note="更正", by=other)

    assert list(CalendarDay.objects.order_by("day").values_list("day", "is_working", "note", "by")) == [
        (date(2027, 2, 6), False, "春节", clerk.pk),
        (date(2027, 2, 7), False, "春节", clerk.pk),
        (date(2027, 2, 8), False, "春节", clerk.pk),
        (date(2027, 2, 9), True, "更正", other.pk),
    ]


@pytest.mark.parametrize("last", [date(2027, 2, 5), date(2027, 4, 1)])
def test_dates_that_cannot_be_meant_are_refused(last):
    with pytest.raises(Refused):
        calendar.declare(date(2027, 2, 6), last=last, is_working=False, by=UserFactory())

    assert not CalendarDay.objects.exists()
