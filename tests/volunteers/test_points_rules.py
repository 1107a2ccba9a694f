"""What service is worth: by kind, hours and role, by night and in the heat, within the caps of day and month."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError
from django.utils.timezone import localdate

from tests.factories import (
    ActivityFactory,
    ActivityKindFactory,
    AttendanceFactory,
    JournalFactory,
    PointsRuleFactory,
    RewardFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, PointsRule
from volunteers.models.worth import minutes_of_night, months_later
from volunteers.services import attendances, audits, expiries, redemptions, rules

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 7, 1, 9, tzinfo=SHANGHAI)


def confirmed(region, *, begins=MORNING, hours=2, **fields):
    """The points of a stay of so many hours, as confirming it earns them."""
    stay = AttendanceFactory(
        **{"activity__region": region, "activity__starts_at": begins, "started_at": begins} | fields,
        ended_at=begins + timedelta(hours=hours),
        minutes=int(hours * 60),
    )
    attendances.confirm(stay, by=UserFactory(), evaluation="认真")
    return stay.points


def test_kind_role_and_nearness_choose_the_rule(street, community):
    patrol, leader = ActivityKindFactory(), VolunteerFactory(region=community)
    PointsRuleFactory(region=street, points_per_hour=1)
    assert confirmed(community) == 2
    PointsRuleFactory(region=community, points_per_hour=10)
    PointsRuleFactory(region=community, points_per_hour=15, role="leader")
    PointsRuleFactory(region=community, points_per_hour=20, kind=patrol)
    PointsRuleFactory(region=community, points_per_hour=30, kind=patrol, role="leader")
    led = {"volunteer": leader, "activity__leader": leader.user}

    assert confirmed(community) == 20
    assert confirmed(community, **led) == 30
    assert confirmed(community, activity__kind=patrol) == 40
    assert confirmed(community, activity__kind=patrol, begins=MORNING + timedelta(hours=3), **led) == 60


def test_a_rule_counts_from_its_first_day_to_its_last(community):
    PointsRuleFactory(region=community, points_per_hour=10, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    PointsRuleFactory(region=community, points_per_hour=12, starts_on=date(2026, 7, 2))

    days = [MORNING + timedelta(days=number) for number in (-1, 0, 1)]

    assert [confirmed(community, begins=day) for day in days] == [20, 0, 24]


@pytest.mark.parametrize(
    ("hour", "hours", "night"),
    [(9, 2, 0), (20, 3, 60), (22, 2, 120), (23, 8, 420), (3, 4, 180), (6, 1, 0), (21, 10, 480), (4, 16, 120)],
)
def test_minutes_of_the_night_are_those_from_ten_to_six(hour, hours, night):
    begins = datetime(2026, 7, 1, hour, tzinfo=SHANGHAI)

    assert minutes_of_night(begins, begins + timedelta(hours=hours)) == night
    assert minutes_of_night(begins.astimezone(UTC), begins + timedelta(hours=hours)) == night


def test_night_and_heat_count_by_their_factor_the_higher_where_both_fit(community):
    PointsRuleFactory(
        region=community, points_per_hour=10, night_percent=150, heat_percent=120, heat_from=7, heat_until=8
    )
    winter = datetime(2026, 1, 5, 20, tzinfo=SHANGHAI)

    assert confirmed(community) == 24  # two hot hours
    assert confirmed(community, begins=winter, hours=3) == 35  # one of three by night
    assert confirmed(community, begins=MORNING.replace(hour=21), hours=2) == 27  # an hour of heat, one of night
    assert confirmed(community, begins=datetime(2026, 9, 1, 9, tzinfo=SHANGHAI)) == 20


def test_hot_months_may_go_past_the_new_year(community):
    PointsRuleFactory(region=community, heat_percent=200, heat_from=12, heat_until=2)

    begins = [datetime(2026, month, 5, 9, tzinfo=SHANGHAI) for month in (1, 3, 12)]

    assert [confirmed(community, begins=day) for day in begins] == [40, 20, 40]


def test_the_caps_of_a_day_and_a_month_leave_the_rest_unpaid(community):
    PointsRuleFactory(region=community, points_per_hour=10, cap_a_day=30, cap_a_month=50)
    who = {"volunteer": VolunteerFactory(region=community)}

    stays = [(0, 0), (0, 4), (1, 0), (2, 0), (31, 0)]
    points = [confirmed(community, begins=MORNING + timedelta(days=d, hours=h), **who) for d, h in stays]

    assert points == [20, 10, 20, 0, 20]
    assert Account.objects.get(volunteer=who["volunteer"]).balance == 70


@pytest.fixture
def capped(community):
    """A stay worth twenty points and two after it that a cap left ten and none of, on three days of one month."""
    PointsRuleFactory(region=community, points_per_hour=10, cap_a_month=30, months_valid=12)
    volunteer = VolunteerFactory(region=community)
    for day in range(3):
        confirmed(community, begins=MORNING + timedelta(days=day), volunteer=volunteer)
    return volunteer


def points_of(volunteer):
    assert list(audits.find_faults()) == []
    points = [stay.points for stay in volunteer.attendances.order_by("started_at")]
    return points, Account.objects.get(volunteer=volunteer).balance


def not_accepted(stay):
    attendances.reopen(stay, reason="没有来", by=UserFactory())
    attendances.reject(stay, reason="没有来", by=UserFactory())


def test_what_a_cap_cut_off_is_due_when_an_earlier_stay_is_not_accepted_after_all(capped):
    assert points_of(capped) == ([20, 10, 0], 30)

    not_accepted(capped.attendances.earliest("started_at"))

    assert points_of(capped) == ([None, 20, 10], 30)
    statement = list(capped.account.entries.statement().values_list("amount", "journal__kind"))
    assert statement[:4] == [(10, "earn"), (-10, "reversal"), (20, "earn"), (-20, "reversal")]
    assert ["按上限" in entry.journal.reason for entry in capped.account.entries.statement()[:4]] == [1, 1, 1, 0]
    lots = list(capped.account.lots.order_by("expires_on").values_list("expires_on", "left"))
    assert lots == [(date(2027, 7, 1), 0), (date(2027, 7, 2), 20), (date(2027, 7, 3), 10)]


def test_what_a_cap_cut_off_is_due_when_an_earlier_stay_is_confirmed_with_fewer_minutes(capped):
    first = capped.attendances.earliest("started_at")

    attendances.reopen(first, reason="有休息", by=UserFactory())
    waits = points_of(capped)
    attendances.confirm(first, minutes=30, by=UserFactory(), evaluation="认真")

    assert waits == ([None, 10, 0], 10)  # what becomes of it is not decided
    assert points_of(capped) == ([5, 20, 5], 30)


def test_it_is_due_though_the_points_were_spent(capped):
    reward = RewardFactory(region=capped.region, points=25)
    redemptions.redeem(reward, volunteer=capped, key="k", by=capped.user)
    first = capped.attendances.earliest("started_at")

    attendances.reopen(first, reason="没有来", by=UserFactory())
    still_there = points_of(capped)  # spent points stay on record, and count for the cap
    JournalFactory(volunteer=capped, points=15)
    attendances.reject(first, reason="没有来", by=UserFactory())

    assert still_there == ([20, 10, 0], 5)
    assert points_of(capped) == ([None, 20, 10], 20)


def test_what_has_expired_does_not_come_back_with_it(capped):
    with time_machine.travel(MORNING + timedelta(days=400), tick=False):
        expiries.expire_due(on=localdate(), by=UserFactory())
        not_accepted(capped.attendances.earliest("started_at"))

        assert points_of(capped) == ([None, 20, 10], 20)
        left = capped.account.lots.with_points().values_list("expires_on", "left")
        assert list(left) == [(localdate() + timedelta(days=30), 20)]


def test_a_rule_that_came_later_changes_nothing_of_it(capped):
    later = PointsRule(region=capped.region, points_per_hour=20, cap_a_month=60, starts_on=date(2026, 7, 2))
    rules.add(later, by=UserFactory())

    not_accepted(capped.attendances.earliest("started_at"))

    assert points_of(capped) == ([None, 10, 0], 10)


def test_stays_not_accepted_at_once_leave_the_cap_whole(race):
    rule, by = PointsRuleFactory(cap_a_month=50), UserFactory()
    volunteer = VolunteerFactory(region=rule.region)
    for day in range(6):
        confirmed(rule.region, begins=MORNING + timedelta(days=day), volunteer=volunteer)
    stays = list(volunteer.attendances.order_by("started_at")[:3])
    for stay in stays:
        attendances.reopen(stay, reason="没有来", by=by)

    race(3, lambda number: attendances.reject(stays[number], reason="没有来", by=by))

    assert points_of(volunteer) == ([None, None, None, 20, 20, 10], 50)


def test_the_caps_hold_in_a_race(race):
    rule = PointsRuleFactory(cap_a_month=50)
    volunteer, by = VolunteerFactory(region=rule.region), UserFactory()
    begins = [MORNING + timedelta(days=number) for number in range(6)]
    activities = [ActivityFactory(region=rule.region, starts_at=day) for day in begins]
    stays = [AttendanceFactory(activity=activity, volunteer=volunteer) for activity in activities]

    race(6, lambda number: attendances.confirm(stays[number], by=by, evaluation="认真"))

    assert Account.objects.get(volunteer=volunteer).balance == 50


def test_points_live_as_long_as_the_rule_says(community):
    rule = PointsRuleFactory(region=community, months_valid=12)
    who = {"volunteer": VolunteerFactory(region=community)}

    confirmed(community, **who)
    account = Account.objects.get(volunteer=who["volunteer"])

    assert list(account.lots.values_list("expires_on", "left")) == [(date(2027, 7, 1), 20)]
    assert (account.balance, account.expiring) == (20, 20)
    rule.months_valid = None
    assert rule.last_day(earned_on=date(2026, 7, 1)) is None


def test_hours_that_are_confirmed_late_earn_points_that_one_can_still_be_told_of(community):
    PointsRuleFactory(region=community, months_valid=1)
    volunteer = VolunteerFactory(region=community)

    with time_machine.travel(MORNING + timedelta(days=40), tick=False):
        confirmed(community, volunteer=volunteer)
        told = expiries.warn(on=localdate())
        gone = expiries.expire_due(on=localdate(), by=UserFactory())

    assert (told, gone) == (1, 0)
    assert list(volunteer.account.lots.values_list("expires_on", "left")) == [(date(2026, 9, 9), 20)]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2026-01-31", 1, "2026-02-28"), ("2027-08-31", 6, "2028-02-29"), ("2026-12-01", 1, "2027-01-01")],
)
def test_months_later_is_the_same_day_or_the_months_last(day, months, later):
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("rule_names_its_hot_months", {"heat_from": 7}),
        ("rule_names_its_hot_months", {"heat_from": 7, "heat_until": 13}),
        ("rule_lets_points_live", {"months_valid": 0}),
        ("rule_of_gifts_is_general", {"gifts_a_month": 5, "role": "leader"}),
    ],
)
def test_the_database_refuses_rules_that_make_no_sense(name, fields):
    with pytest.raises(IntegrityError, match=name):
        PointsRuleFactory(**fields)


def test_rounding_is_a_dated_rule_of_the_street_for_points_alone(street, community):
    volunteer, july = VolunteerFactory(region=community), date(2026, 7, 1)
    PointsRuleFactory(region=street, points_per_hour=12, rounding_minutes=60, ends_on=july)
    PointsRuleFactory(region=street, points_per_hour=12, rounding_minutes=5, starts_on=july + timedelta(days=1))

    days = [MORNING, MORNING + timedelta(days=1)]
    points = [confirmed(community, begins=day, hours=100 / 60, volunteer=volunteer) for day in days]

    assert points == [12, 20]
    # Two figures: what was served stays to the minute, whatever a rule makes of it.
    assert volunteer.attendances.total_minutes() == 200
    assert list(volunteer.attendances.values_list("minutes", flat=True)) == [100, 100]
