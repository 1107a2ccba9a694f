"""Reminders: 7, 3 and 1 days before, daily when overdue, by day, one for all; twice is once, a lost day made up for."""

from datetime import date, datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.timezone import get_current_timezone

from communities.grants import Role
from communities.models import Notice, Refused, StatusChange
from evaluations import reminding, tasks
from evaluations.models import EvaluationRound, Reminder, ReminderHold, ScoreSheet
from evaluations.services import committees, reminders, rounds, sheets
from tests.evaluations.season import committee_of, drafted_round, give, hand_in, official_of, running_project
from tests.factories import CommitteeMemberFactory, EvaluationRoundFactory, RegionFactory, ReminderHoldFactory

pytestmark = pytest.mark.django_db


def moment(*parts):
    return datetime(*parts, tzinfo=get_current_timezone())


CLOSES = moment(2026, 7, 31, 18)
PEOPLE = 4


@pytest.fixture
def july(street, community, official):
    """Until the evening of 31 July, late ones for three days more; four members, two projects."""
    with time_machine.travel(moment(2026, 7, 10, 9)):
        running_project(community)
        running_project(community)
        round_ = drafted_round(street, official, closes_at=CLOSES, grace_days=3)
        rounds.open_(round_, by=official)
    return round_


def remind(*parts, times=2):
    with time_machine.travel(moment(*parts), tick=False):
        for _time in range(times):
            tasks.close_due_rounds()
            tasks.remind_of_missing_sheets()


def rows(**wanted):
    found = Reminder.objects.filter(**wanted).order_by("day", "status").values_list("day", "status").distinct()
    return [(day.day, status) for day, status in found]


def sent():
    return Notice.objects.filter(kind__startswith="sheets_").count()


# when


@pytest.mark.parametrize(
    ("closes", "until", "expected"),
    [
        (CLOSES, CLOSES, [(7, 24), (7, 28), (7, 30)]),
        (CLOSES, moment(2026, 8, 3, 18), [(7, 24), (7, 28), (7, 30), (8, 1), (8, 2), (8, 3)]),
        (CLOSES, moment(2026, 8, 1, 7), [(7, 24), (7, 28), (7, 30)]),
        (moment(2026, 8, 1), moment(2026, 8, 2), [(7, 24), (7, 28), (7, 30), (8, 1)]),
        (moment(2026, 7, 31, 6), moment(2026, 8, 1, 6), [(7, 24), (7, 28), (7, 30), (7, 31)]),
    ],
)
def test_the_days_on_which_one_is_reminded(closes, until, expected):
    assert [(day.month, day.day) for day in reminding.planned_days(closes, until)] == expected


@pytest.mark.parametrize(("hour", "is_day"), [(0, False), (7, False), (8, True), (20, True), (21, False), (23, False)])
def test_people_are_reminded_by_day(hour, is_day):
    assert reminding.is_day(moment(2026, 7, 24, hour, 59)) is is_day


def test_a_city_says_how_many_days_before_and_between_which_hours(settings):
    settings.REMIND_DAYS_BEFORE, settings.REMIND_BETWEEN_HOURS = [5], (10, 12)

    assert reminding.planned_days(CLOSES, CLOSES) == [date(2026, 7, 26)]
    assert [reminding.is_day(moment(2026, 7, 26, hour)) for hour in (9, 10, 12)] == [False, True, False]


def test_what_will_be_sent_is_written_down_when_the_round_opens(july):
    assert rows() == [(day, "planned") for day in (24, 28, 30, 1, 2, 3)]
    assert Reminder.objects.count() == 6 * PEOPLE


def test_before_it_is_due_and_daily_when_overdue_until_the_round_closes(july):
    counts = {}
    for month, day in [(7, day) for day in range(23, 32)] + [(8, day) for day in range(1, 6)]:
        before = sent()
        remind(2026, month, day, 9)
        counts[day] = sent() - before

    assert [day for day, count in counts.items() if count == PEOPLE] == [24, 28, 30, 1, 2, 3]
    assert sum(counts.values()) == 6 * PEOPLE
    july.refresh_from_db()
    assert july.status == "closed"


def test_an_overdue_reminder_says_until_when_late_sheets_are_taken(july):
    remind(2026, 8, 1, 9)

    notice = Notice.objects.filter(kind="sheets_overdue").first()
    assert notice.params["until"] == "2026-08-03 18:00"
    assert "2026-07-31" in notice.text


def test_at_night_nobody_is_reminded_and_in_the_morning_once(july):
    remind(2026, 7, 24, 0, 1)
    remind(2026, 7, 24, 7, 59)
    assert sent() == 0
    remind(2026, 7, 24, 8)
    assert sent() == PEOPLE
    remind(2026, 7, 27, 22)
    assert sent() == PEOPLE


def test_a_day_of_downtime_loses_nothing_and_bursts_nothing(july):
    remind(2026, 7, 25, 9)
    assert sent() == PEOPLE
    remind(2026, 7, 31, 9)

    assert sent() == 2 * PEOPLE
    assert rows(day__month=7) == [(24, "sent"), (28, "missed"), (30, "sent")]


def test_who_is_done_is_reminded_no_more(july):
    remind(2026, 7, 24, 9)
    with time_machine.travel(moment(2026, 7, 27, 9)):
        hand_in(july, 8, 8)
    remind(2026, 7, 28, 9)
    remind(2026, 7, 29, 9)

    assert sent() == PEOPLE
    assert rows() == [(24, "sent"), (28, "done")]


def test_who_becomes_done_between_the_plan_and_the_hour_is_not_reminded(july):
    member = july.committee.members.select_related("user").first()
    remind(2026, 7, 28, 6)
    with time_machine.travel(moment(2026, 7, 28, 7)):
        for sheet in ScoreSheet.objects.filter(member=member):
            sheets.submit(give(sheet, 8, 8), by=member.user)
    remind(2026, 7, 28, 8)

    assert sent() == PEOPLE - 1
    assert rows(member=member, day__lte=date(2026, 7, 28)) == [(24, "missed"), (28, "done")]


def test_a_put_off_closing_moves_what_is_planned(july, official):
    remind(2026, 7, 24, 9)
    with time_machine.travel(moment(2026, 7, 25, 9)):
        rounds.edit(july, by=official, closes_at=moment(2026, 8, 20, 18), grace_days=None)

    assert rows() == [(24, "sent"), (13, "planned"), (17, "planned"), (19, "planned")]


# one for all


def test_one_reminder_for_many_projects_and_rounds(july, official):
    member = july.committee.members.select_related("user").first()
    elsewhere = RegionFactory(level="street", code="990102555")
    with time_machine.travel(moment(2026, 7, 10, 9)):
        running_project(RegionFactory(parent=elsewhere))
        other = drafted_round(elsewhere, official_of(elsewhere), closes_at=CLOSES, seats=())
        CommitteeMemberFactory(committee=other.committee, user=member.user)
        rounds.open_(other, by=official)
    remind(2026, 7, 24, 9)

    notice = Notice.objects.get(kind="sheets_missing_in_many")
    assert (notice.user, notice.params["count"]) == (member.user, 3)
    assert notice.params["rounds"] == "“上半年考评” 2026-07-31: 2; “上半年考评” 2026-07-31: 1"
    assert sent() == PEOPLE


# twice is once


@pytest.mark.django_db(transaction=True)
def test_a_doubled_beat_sends_nothing_twice(july, race):
    at = moment(2026, 7, 24, 9)

    race(8, lambda _number: reminders.remind_members(at=at))

    assert sent() == PEOPLE
    assert list(Reminder.objects.filter(status="sent").values_list("day", "missing")) == [(date(2026, 7, 24), 2)] * 4


def test_the_database_lets_nothing_be_sent_twice(july):
    remind(2026, 7, 24, 9)
    row = Reminder.objects.filter(status="sent").first()

    for change in (
        lambda: Reminder.objects.filter(pk=row.pk).update(status="planned", sent_at=None, missing=None),
        lambda: Reminder.objects.filter(pk=row.pk).delete(),
        lambda: Reminder.objects.create(round=row.round, member=row.member, day=row.day),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# held back


def test_a_round_is_held_back_and_released(july, official):
    made = reminders.hold(july, reason="系统升级", by=official)
    remind(2026, 7, 24, 9)
    remind(2026, 7, 28, 9)
    assert sent() == 0
    assert rows(day__lte=date(2026, 7, 28)) == [(24, "held"), (28, "planned")]

    reminders.release(made, by=official)
    remind(2026, 7, 29, 9)

    assert sent() == PEOPLE
    assert rows(day__lte=date(2026, 7, 28)) == [(24, "held"), (28, "sent")]
    assert [(change.new, change.actor) for change in StatusChange.objects.about(made)] == [
        ("standing", official),
        ("released", official),
    ]


def test_one_member_is_held_back_the_others_are_not(july, official):
    member = july.committee.members.first()
    reminders.hold(july, member=member, reason="住院", by=official)
    remind(2026, 7, 24, 9)

    assert sent() == PEOPLE - 1
    assert rows(member=member, day=date(2026, 7, 24)) == [(24, "planned")]
    assert set(Reminder.objects.with_hold().filter(is_held=True).values_list("member", flat=True)) == {member.pk}


def test_a_hold_needs_a_reason_and_a_member_of_the_round_and_holds_once(july, official):
    codes = []
    for said in ({"reason": " "}, {"reason": "x", "member": CommitteeMemberFactory()}):
        with pytest.raises(Refused) as no:
            reminders.hold(july, by=official, **said)
        codes.append(no.value.code)
    reminders.hold(july, reason="系统升级", by=official)
    with pytest.raises(IntegrityError), transaction.atomic():
        reminders.hold(july, reason="再次", by=official)
    with pytest.raises(IntegrityError, match="held_for_a_stranger"), transaction.atomic():
        ReminderHoldFactory(round=july, member=CommitteeMemberFactory())

    assert codes == ["reason_needed", "held_for_a_stranger"]


# opens and closes by itself


def opened(*parts):
    with time_machine.travel(moment(*parts)):
        tasks.open_due_rounds()
        tasks.open_due_rounds()


@pytest.fixture
def draft(street, community, official):
    with time_machine.travel(moment(2026, 7, 1, 9)):
        running_project(community)
        return drafted_round(street, official, closes_at=CLOSES, opens_at=moment(2026, 7, 20, 9))


def test_a_round_opens_by_itself_also_after_a_day_of_downtime(draft):
    opened(2026, 7, 20, 8)
    draft.refresh_from_db()
    assert draft.status == "draft"

    opened(2026, 7, 21, 15)

    draft.refresh_from_db()
    assert (draft.status, ScoreSheet.objects.count()) == ("open", PEOPLE)


def test_a_round_that_cannot_open_by_itself_says_so_once_and_opens_when_it_can(draft, official, street):
    committee = draft.committee
    EvaluationRound.objects.filter(pk=draft.pk).update(committee=None)
    opened(2026, 7, 20, 9)
    opened(2026, 7, 20, 10)

    (notice,) = Notice.objects.filter(kind="round_not_opened")
    assert (notice.user, notice.params["why"]) == (official, "请先选定委员会和考评方案。")
    EvaluationRound.objects.filter(pk=draft.pk).update(committee=committee)
    opened(2026, 7, 20, 11)
    draft.refresh_from_db()
    assert draft.status == "open"


def test_a_round_is_closed_when_its_days_of_grace_are_over(july):
    sheet = ScoreSheet.objects.select_related("member__user").first()
    remind(2026, 8, 3, 17)
    july.refresh_from_db()
    assert july.status == "open"
    with time_machine.travel(moment(2026, 8, 3, 17, 30)):
        sheets.submit(give(sheet, 8, 8), by=sheet.member.user)
    remind(2026, 8, 3, 18)

    july.refresh_from_db()
    assert july.status == "closed"
    assert Reminder.objects.planned().count() == 0


def test_a_late_sheet_is_taken_in_the_days_of_grace_and_not_after(july):
    sheet = ScoreSheet.objects.first()
    give(sheet, 8, 8, at=moment(2026, 8, 3, 17, 59))

    with pytest.raises(Refused) as no:
        give(sheet, 8, 8, at=moment(2026, 8, 3, 18))
    assert no.value.code == "round_is_closed"


def test_the_street_is_told_once_by_day_what_is_missing_and_sees_who(july, official, browse):
    remind(2026, 7, 31, 22)
    assert not Notice.objects.filter(kind="round_overdue").exists()
    remind(2026, 8, 1, 9)
    remind(2026, 8, 2, 9)

    (notice,) = Notice.objects.filter(kind="round_overdue")
    assert (notice.user, notice.params["count"]) == (official, 8)
    page = browse(official).get(notice.url).content.decode()
    assert all(member.user.name in page for member in july.committee.members.select_related("user"))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"opens_at": CLOSES, "closes_at": CLOSES}, "opens_after_it_closes"),
        ({"grace_days": 31}, "too_many_days_of_grace"),
    ],
)
def test_the_database_holds_the_times_of_a_round(fields, code):
    with pytest.raises(IntegrityError, match=code), transaction.atomic():
        EvaluationRoundFactory(**fields)


# the page


def test_the_console_shows_what_was_sent_and_what_will_be_and_holds_it(july, browse, official):
    remind(2026, 7, 24, 9)
    client = browse(official)
    listed = client.get(reverse("admin:evaluations_reminder_changelist"), {"status__exact": "sent"})
    assert {row.status for row in listed.context["cl"].result_list} == {"sent"}
    assert len(listed.context["cl"].result_list) == PEOPLE
    url = reverse("admin:evaluations_evaluationround_change", args=[july.pk])
    assert "2026年7月28日" in client.get(url).content.decode()

    move = url.replace("change/", "hold-reminders/")
    assert client.get(move).status_code == 200
    assert client.post(move, {"reason": "系统升级"}).status_code == 302
    hold = ReminderHold.objects.get()
    assert "系统升级" in client.get(url).content.decode()
    page = client.get(reverse("admin:evaluations_reminder_changelist"), {"status__exact": "planned"}).content.decode()
    assert "暂停中" in page

    release = reverse("admin:evaluations_reminderhold_change", args=[hold.pk]).replace("change/", "release/")
    assert client.post(release).status_code == 302
    hold.refresh_from_db()
    assert hold.status == "released"


def test_holding_back_climbs_the_ladder(july, api, person, street, community):
    url, said = "/api/v1/reminder-holds/", {"round": july.pk, "reason": "系统升级"}
    strangers = [person(Role.OBSERVER, street), official_of(RegionFactory(level="street"))]
    assert [api(user).post(url, said).status_code for user in strangers] == [404, 404]
    client = api(official_of(street))
    made = client.post(url, said)
    assert (made.status_code, client.post(url, said).status_code, client.post(url, {"round": july.pk}).status_code) == (
        201,
        409,
        400,
    )

    release = f"{url}{made.data['id']}/release/"
    assert [api(user).post(release).status_code for user in strangers] == [404, 404]
    assert [client.post(release).status_code for _time in range(2)] == [200, 409]


def test_the_api_lists_reminders_with_masked_names_for_the_street_alone(july, api, street):
    client = api(official_of(street))
    listed = client.get("/api/v1/reminders/", {"round": july.pk, "day": "2026-07-24"}).data["results"]

    assert [(row["status"], row["is_held"]) for row in listed] == [("planned", False)] * PEOPLE
    assert all("*" in row["name"] for row in listed)
    elsewhere = api(official_of(RegionFactory(level="street")))
    assert elsewhere.get("/api/v1/reminders/").data["results"] == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="counted where it runs")
@pytest.mark.parametrize("projects", [1, 6])
def test_a_sweep_takes_the_same_queries_for_any_number_of_projects(
    projects, street, community, official, django_assert_max_num_queries
):
    with time_machine.travel(moment(2026, 7, 10, 9)):
        for _ in range(projects):
            running_project(community)
        round_ = drafted_round(street, official, closes_at=CLOSES)
        rounds.open_(round_, by=official)

    with django_assert_max_num_queries(60):
        reminders.remind_members(at=moment(2026, 7, 24, 9))


def test_a_member_appointed_late_is_reminded_too(july, official):
    remind(2026, 7, 24, 9)
    with time_machine.travel(moment(2026, 7, 26, 9)):
        added = committee_of(RegionFactory(level="street"), official, seats=("street",)).members.get()
        committees.appoint(july.committee, user=added.user, group="street", by=official, since=date(2026, 7, 26))
    remind(2026, 7, 26, 10)

    assert sent() == PEOPLE + 1
