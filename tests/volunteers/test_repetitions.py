"""An activity that comes again: each time an activity of its own, made once and some weeks ahead."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.utils.timezone import localdate, now

from communities.grants import Role
from communities.models import Refused, User
from tests.factories import ActivityFactory, RepetitionFactory, SignupFactory, SkillFactory, UserFactory
from volunteers import tasks
from volunteers.models import Activity, Repetition
from volunteers.services import activities, repetitions

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # a Monday
START = datetime(2026, 3, 7, 1, tzinfo=UTC)  # Saturday, nine in the morning in Shanghai


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def saturday(**fields):
    return ActivityFactory(starts_at=START, **fields)


def start(activity, *, every="week", until=date(2026, 6, 30), **fields):
    return repetitions.start(activity, every=every, until=until, by=UserFactory(), **fields)


def days(repetition):
    made = repetition.activities.order_by("starts_at")
    return [localdate(activity.starts_at).isoformat()[5:] for activity in made]


@pytest.mark.django_db
def test_the_next_four_weeks_are_made_now_and_the_rest_as_time_goes_on(noon):
    repetition = start(saturday())
    at_first = days(repetition)

    noon.shift(timedelta(days=7))
    tasks.make_repeated_activities()
    tasks.make_repeated_activities()

    assert at_first == ["03-07", "03-14", "03-21", "03-28"]
    assert days(repetition) == [*at_first, "04-04"]


@pytest.mark.django_db
def test_each_is_the_same_at_its_own_time(noon, community):
    skill = SkillFactory()
    first = saturday(region=community, risk_note="路滑", needs_insurance=True, withdraw_hours=12, places=7)
    first.skills.add(skill)

    repetition = start(first)
    again = repetition.activities.get(repeats_on=date(2026, 3, 14))

    same = [*activities.COPIED, "status"]
    assert [getattr(again, name) for name in same] == [getattr(first, name) for name in same]
    assert list(again.skills.all()) == [skill]
    assert (again.starts_at, again.ends_at) == (
        first.starts_at + timedelta(weeks=1),
        first.ends_at + timedelta(weeks=1),
    )
    assert again.last_change().actor is not None


@pytest.mark.django_db
def test_of_a_draft_drafts_are_made(noon):
    repetition = start(saturday(status="draft"))

    assert set(repetition.activities.values_list("status", flat=True)) == {"draft"}


RULES = [
    ("day", 1, date(2026, 3, 10), ["03-07", "03-08", "03-09", "03-10"]),
    ("day", 3, date(2026, 3, 14), ["03-07", "03-10", "03-13"]),
    ("week", 2, date(2026, 4, 30), ["03-07", "03-21"]),
    ("month_date", 1, date(2026, 5, 31), ["03-07"]),
    ("month_weekday", 1, date(2026, 5, 31), ["03-07"]),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("every", "interval", "until", "made"), RULES)
def test_it_comes_by_rule(noon, every, interval, until, made):
    assert days(start(saturday(), every=every, interval=interval, until=until)) == made


MONTHS = [
    # the thirty-first: months without it are passed over
    (datetime(2026, 3, 31, 1, tzinfo=UTC), "month_date", ["05-31", "07-31", "08-31"]),
    # the first Saturday
    (START, "month_weekday", ["04-04", "05-02", "06-06", "07-04", "08-01"]),
    # a fifth Sunday is the last one
    (datetime(2026, 3, 29, 1, tzinfo=UTC), "month_weekday", ["04-26", "05-31", "06-28", "07-26", "08-30"]),
    # one in the morning in China is still the day before in Greenwich
    (datetime(2026, 3, 6, 17, tzinfo=UTC), "month_date", ["04-07", "05-07", "06-07", "07-07", "08-07"]),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "every", "wanted"), MONTHS)
def test_months_are_what_people_mean_by_them(first, every, wanted):
    rule = RepetitionFactory(pattern__starts_at=first, every=every)

    found = rule.days(after=localdate(first), until=date(2026, 9, 1))

    assert [day.isoformat()[5:] for day in found] == wanted


@pytest.mark.django_db
def test_after_a_long_standstill_nothing_is_made_for_days_that_are_past(noon):
    repetition = start(saturday(), until=date(2026, 6, 30))
    noon.shift(timedelta(days=60))

    repetitions.make_due(at=now(), by=User.objects.system())

    assert days(repetition)[3:] == ["03-28", "05-02", "05-09", "05-16", "05-23"]


@pytest.mark.django_db
def test_when_all_are_made_it_is_finished(noon):
    repetition = start(saturday(), until=date(2026, 3, 21))

    repetition.refresh_from_db()
    assert (repetition.status, days(repetition)) == ("finished", ["03-07", "03-14", "03-21"])


@pytest.mark.django_db
def test_one_that_is_called_off_stays_so_and_the_others_come(noon):
    first = saturday()
    repetition = start(first)
    called_off = repetition.activities.get(repeats_on=date(2026, 3, 14))

    activities.cancel(called_off, reason="下雨", by=UserFactory())
    activities.cancel(first, reason="下雨", by=UserFactory())
    noon.shift(timedelta(days=7))
    tasks.make_repeated_activities()

    found = dict(repetition.activities.values_list("repeats_on", "status"))
    assert [found[day] for day in sorted(found)] == ["cancelled", "cancelled", "published", "published", "published"]


@pytest.mark.django_db
def test_of_a_draft_that_was_given_up_nothing_more_comes(noon):
    first = saturday(status="draft")
    repetition = start(first)
    activities.cancel(first, reason="不办了", by=UserFactory())
    noon.shift(timedelta(days=7))

    tasks.make_repeated_activities()

    repetition.refresh_from_db()
    assert (repetition.status, len(days(repetition))) == ("stopped", 4)


@pytest.mark.django_db
def test_places_and_leader_of_the_first_are_those_of_the_ones_to_come(noon, person, community):
    first = saturday(region=community, places=5)
    repetition = start(first)
    leader = person(Role.VOLUNTEER, community)
    activities.edit(first, by=UserFactory(), places=9, leader=leader)
    noon.shift(timedelta(days=7))

    tasks.make_repeated_activities()

    made = list(repetition.activities.order_by("starts_at"))
    assert [activity.places for activity in made] == [9, 5, 5, 5, 9]
    assert made[-1].leader == leader


@pytest.mark.django_db
@pytest.mark.parametrize("cancel_coming", [False, True])
def test_it_is_stopped_with_a_reason_and_what_is_made_may_go_with_it(noon, cancel_coming):
    first = saturday()
    repetition = start(first)
    SignupFactory(activity=first)
    noon.move_to(START + timedelta(hours=1))  # the first has begun

    with pytest.raises(Refused):
        repetitions.stop(repetition, reason=" ", by=UserFactory(), cancel_coming=cancel_coming)
    repetitions.stop(repetition, reason="没有场地", by=UserFactory(), cancel_coming=cancel_coming)
    noon.shift(timedelta(days=30))
    tasks.make_repeated_activities()

    found = list(repetition.activities.order_by("starts_at").values_list("status", flat=True))
    assert found == ["published", *(["cancelled"] if cancel_coming else ["published"]) * 3]


WRONG = [
    {"until": date(2026, 3, 7)},
    {"until": date(2027, 3, 20)},
]


@pytest.mark.django_db
@pytest.mark.parametrize("fields", WRONG)
def test_the_last_day_is_after_the_first_and_within_a_year(noon, fields):
    with pytest.raises(Refused) as no:
        start(saturday(), **fields)

    assert no.value.code == "wrong_day"
    assert not Repetition.objects.exists()


@pytest.mark.django_db
def test_what_is_over_or_repeated_is_not_repeated(noon):
    running, over = saturday(), ActivityFactory(starts_at=NOON - timedelta(days=3))
    start(running)

    codes = []
    for activity in (running, over, saturday(status="cancelled")):
        with pytest.raises(Refused) as no:
            start(activity)
        codes.append(no.value.code)

    assert codes == ["repeated_already", "too_late", "too_late"]


@pytest.mark.django_db
def test_the_database_holds_one_activity_a_day(noon):
    repetition = start(saturday())
    with pytest.raises(IntegrityError):
        ActivityFactory(repetition=repetition, repeats_on=date(2026, 3, 14))


def test_two_clocks_make_each_once(race):
    first = ActivityFactory(starts_at=now() + timedelta(days=1))
    rule = RepetitionFactory(pattern=first, region=first.region)
    Activity.objects.filter(pk=first.pk).update(repetition=rule, repeats_on=localdate(first.starts_at))
    by = UserFactory()

    made = race(6, lambda _number: repetitions.make_due(at=now(), by=by))

    assert sum(made) == rule.activities.count() - 1 == 3


@pytest.mark.django_db
def test_through_the_api(api, person, community, neighbour):
    activity = ActivityFactory(region=community, starts_at=now() + timedelta(days=1))
    staff, next_door = (api(person(Role.COMMUNITY_STAFF, region)) for region in (community, neighbour))
    path, about = (
        f"/api/v1/activities/{activity.pk}/repeat/",
        {"every": "week", "until": str(localdate() + timedelta(99))},
    )

    answers = [client.post(path, about).status_code for client in (next_door, staff, staff)]
    rule = staff.get("/api/v1/repetitions/").json()["results"][0]
    stop = f"/api/v1/repetitions/{rule['id']}/stop/"
    stopped = [client.post(stop, {"reason": "停"}).status_code for client in (next_door, staff, staff)]
    wrong = staff.post(path, about | {"interval": 13}).status_code

    assert (answers, stopped, wrong) == ([404, 201, 409], [404, 200, 409], 400)
    assert (rule["pattern"], rule["every"], rule["status"]) == (activity.pk, "week", "running")


@pytest.mark.django_db
def test_in_the_console_a_button_repeats_and_one_stops(browse, person, community):
    activity = ActivityFactory(region=community, starts_at=now() + timedelta(days=1))
    staff = browse(person(Role.COMMUNITY_STAFF, community))
    about = {"every": "week", "interval": 1, "until": localdate() + timedelta(60)}

    wrong = staff.post(f"/admin/volunteers/activity/{activity.pk}/repeat/", about | {"until": localdate()})
    staff.post(f"/admin/volunteers/activity/{activity.pk}/repeat/", about)
    rule = Repetition.objects.get()
    page = staff.get(f"/admin/volunteers/repetition/{rule.pk}/change/").content.decode()
    staff.post(f"/admin/volunteers/repetition/{rule.pk}/stop/", {"reason": "没有场地", "cancel_coming": "on"})

    assert wrong.context["form"].errors
    assert activity.title in page
    assert set(rule.activities.values_list("status", flat=True)) == {"cancelled"}
