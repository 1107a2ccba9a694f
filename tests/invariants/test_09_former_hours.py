"""Invariant 9, with hours from before: records taken over and confirmed stays never come to more than the days have."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from communities import tables
from communities.models import Refused
from tests.factories import (
    ActivityKindFactory,
    AttendanceFactory,
    FormerHoursFactory,
    FormerImportFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.day_limits import A_DAY, Span, overfull
from volunteers.former_sheet import COLUMNS
from volunteers.models import Attendance, FormerHours, FormerImport
from volunteers.services import attendances, former_imports

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2026, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRST = MIDNIGHT.date()
HOUR = 60


def day(number):
    return FIRST + timedelta(days=number)


@pytest.fixture
def volunteer():
    return VolunteerFactory()


def record(volunteer, first, last, hours, **fields):
    """Past every service: straight into the table; days after the first of June."""
    with transaction.atomic():
        return FormerHoursFactory(
            volunteer=volunteer, first_on=day(first), last_on=day(last), minutes=int(hours * HOUR), **fields
        )


def stay(volunteer, begins, hours, status="confirmed"):
    """A stay that begins so many hours after the first midnight."""
    times = {"started_at": MIDNIGHT + timedelta(hours=begins)}
    times |= {"ended_at": times["started_at"] + timedelta(hours=hours), "minutes": int(hours * HOUR)}
    with transaction.atomic():
        return AttendanceFactory(volunteer=volunteer, status=status, **times)


def refused(act):
    with pytest.raises(IntegrityError) as no:
        act()
    return Refused.from_database(no.value).code


def test_several_records_of_a_day_come_to_no_more_than_the_day(volunteer):
    record(volunteer, 0, 0, 16, words="白天")

    code = refused(lambda: record(volunteer, 0, 0, 8.5, words="夜里"))
    record(volunteer, 0, 0, 8, words="夜里")

    assert code == "former_hours_exceed_the_day"
    assert volunteer.former.total_minutes() == A_DAY


def test_a_record_of_a_day_leaves_room_for_what_was_served_on_it(volunteer):
    stay(volunteer, 0, 9)

    code = refused(lambda: record(volunteer, 0, 0, 15.5))

    assert code == "former_hours_exceed_the_day"
    assert record(volunteer, 0, 0, 15).pk
    assert record(volunteer, 1, 1, 15.5).pk


@pytest.mark.parametrize("status", ["left", "confirmed"])
def test_a_stay_that_waits_is_on_record_and_one_that_was_not_accepted_is_not(volunteer, status):
    waits, rejected = stay(volunteer, 0, 12, status), stay(volunteer, 24, 12, "rejected")

    assert refused(lambda: record(volunteer, 0, 0, 13)) == "former_hours_exceed_the_day"
    assert record(volunteer, 1, 1, 13).pk
    assert (waits.status, rejected.status) == (status, "rejected")


def test_hours_are_confirmed_only_beside_what_was_taken_over(volunteer):
    record(volunteer, 0, 0, 15)
    here, by = stay(volunteer, 10, 9.5, "left"), UserFactory()

    code = refused(lambda: attendances.confirm(here, by=by, evaluation="认真"))
    attendances.confirm(here, minutes=9 * HOUR, by=by, evaluation="认真")

    assert code == "service_exceeds_the_day"
    assert Attendance.objects.get().minutes == 9 * HOUR
    assert refused(lambda: stay(volunteer, 0, 1)) == "service_exceeds_the_day"


def test_nobodys_check_out_fails_by_what_was_taken_over(volunteer):
    record(volunteer, 0, 0, 16)

    here = stay(volunteer, 10, 9, "left")

    assert here.pk


def test_what_was_undone_is_in_nobodys_way(volunteer):
    undone = record(volunteer, 0, 0, 16)
    FormerHours.objects.filter(pk=undone.pk).update(undone_at=now())

    assert record(volunteer, 0, 0, 16).pk
    assert refused(lambda: stay(volunteer, 0, 9)) == "service_exceeds_the_day"
    assert record(VolunteerFactory(), 0, 0, 16).pk


def test_records_of_many_days_are_held_to_the_days_that_hold_them(volunteer):
    """Days 0 and 1 hold 16 + 32 hours; that leaves nothing for them, but all of day 2."""
    record(volunteer, 0, 1, 32)
    record(volunteer, 0, 0, 16)

    assert refused(lambda: record(volunteer, 1, 1, 1)) == "former_hours_exceed_the_day"
    assert refused(lambda: stay(volunteer, 24, 1)) == "service_exceeds_the_day"
    assert record(volunteer, 1, 2, 16).pk
    assert refused(lambda: record(volunteer, 2, 2, 9)) == "former_hours_exceed_the_day"


def test_a_stay_over_midnight_belongs_to_two_days_and_one_that_ends_with_the_day_to_one(volunteer):
    record(volunteer, 0, 0, 16)
    stay(volunteer, 16, 8, "left")

    attendances.confirm(Attendance.objects.get(), by=UserFactory(), evaluation="认真")
    other = VolunteerFactory()
    record(other, 0, 0, 16)
    over = stay(other, 16, 8.5)

    assert over.pk
    assert refused(lambda: record(volunteer, 0, 0, 1, words="又一")) == "former_hours_exceed_the_day"


def test_the_rows_of_one_import_are_held_to_the_day_together(community):
    ActivityKindFactory(name="巡逻", code="patrol")
    who = VolunteerFactory(region=community, name="张三", number="10000001")
    rows = [["10000001", "", "张三", "2024-03-01", "", "巡逻", words, "13", ""] for words in ("早", "晚")]
    content, by = tables.as_csv([COLUMNS, *rows]), UserFactory()

    taken = former_imports.preview(community, content=content, name="台账.csv", basis="台账", by=by)
    # Past the preview, as if both were good.
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        FormerHours.objects.bulk_create(
            FormerHours(
                region=community,
                volunteer=who,
                source=FormerImportFactory(region=community),
                kind=ActivityKindFactory(),
                words=words,
                first_on=date(2024, 3, 1),
                last_on=date(2024, 3, 1),
                minutes=13 * HOUR,
            )
            for words in ("早", "晚")
        )

    assert (taken.good_count, taken.bad_count) == (1, 1)
    assert Refused.from_database(no.value).code == "former_hours_exceed_the_day"


def test_a_record_and_a_stay_written_at_once_do_not_both_fill_the_day(race, community):
    ActivityKindFactory(name="巡逻", code="patrol")
    staff = UserFactory()
    for number in range(4):
        who = VolunteerFactory(region=community, name="张三", number=f"1000000{number}")
        rows = [[who.number, "", "张三", str(FIRST), "", "巡逻", "", "16", ""]]
        about = {"content": tables.as_csv([COLUMNS, *rows]), "name": "台账.csv", "basis": "台账"}
        taken = former_imports.preview(community, by=staff, **about)
        # It comes to be there after the preview.
        here = stay(who, 10, 9, "left")
        Attendance.objects.filter(pk=here.pk).update(status="rejected")
        again = {"started_at": here.started_at, "ended_at": here.ended_at, "minutes": here.minutes}

        def act(number, taken=taken.pk, who=who, again=again):
            try:
                if number:
                    former_imports.confirm(FormerImport.objects.get(pk=taken), by=staff)
                else:
                    AttendanceFactory(volunteer=who, status="confirmed", **again)
            except IntegrityError as no:
                return Refused.from_database(no).code
            return "written"

        answers = race(2, act)

        assert sorted(answers) in (
            ["former_hours_exceed_the_day", "written"],
            ["service_exceeds_the_day", "written"],
        )
        confirmed, former = who.attendances.total_minutes(), who.former.total_minutes()
        assert {confirmed, former} in ({0, 16 * HOUR}, {0, 9 * HOUR})


tries = st.lists(
    st.tuples(st.sampled_from(["stay", "record"]), st.integers(0, 4), st.integers(0, 3), st.integers(1, 48)),
    min_size=2,
    max_size=9,
)


def fit(spans):
    """Every stretch of days, wherever it begins and ends."""
    return all(
        sum(each.minutes for each in spans if day(begins) <= each.first and each.last <= day(ends))
        <= (ends - begins + 1) * A_DAY
        for begins in range(8)
        for ends in range(begins, 8)
    )


class AnyHours(TestCase):
    """Whatever is tried, the database keeps what fits and refuses what does not; the preview says the same."""

    @given(tries)
    @settings(max_examples=25, deadline=None)
    def test_the_database_keeps_what_fits_into_its_days_and_nothing_else(self, tries):
        volunteer = VolunteerFactory()
        kept = {"stay": [], "record": []}
        for kind, first, more, hours in tries:
            last = first + more if kind == "record" else first
            new = Span(day(first), day(last), min(hours, 16 * (last - first + 1)) * HOUR)
            if kind == "stay" and new.first in {each.first for each in kept["stay"]}:
                continue  # it would overlap
            is_good = fit([*kept["stay"], *kept["record"], new])
            if kind == "record":
                assert is_good is (overfull(new, records=kept["record"], stays=kept["stay"]) is None)
            try:
                if kind == "stay":
                    stay(volunteer, first * 24, new.minutes / HOUR)
                else:
                    record(volunteer, first, last, new.minutes / HOUR, words=f"第{len(kept['record'])}次")
            except IntegrityError:
                assert not is_good
            else:
                assert is_good
                kept[kind].append(new)
