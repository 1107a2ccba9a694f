"""What happens by the clock: closing, reminding, the rhythm, expiry; each twice is once, and downtime loses nothing."""

from datetime import date, datetime

import pytest
import time_machine
from django.utils.timezone import get_current_timezone

from communities.grants import Role
from communities.models import Notice, RoleAssignment, StatusChange, User
from evaluations import tasks
from evaluations.models import BrandListing, EvaluationRound, RatingRhythm, ScoreSheet
from evaluations.periods import add_months
from evaluations.services import committees, recusals, rhythms, rounds, sheets
from tests.evaluations.season import committee_of, drafted_round, give, official_of, running_project, small_scheme
from tests.factories import BrandListingFactory, EvaluationRoundFactory, RatingRhythmFactory, UserFactory

pytestmark = pytest.mark.django_db


def moment(*parts):
    return datetime(*parts, tzinfo=get_current_timezone())


CLOSES = moment(2026, 7, 31, 18)


@pytest.fixture
def july(street, community, official):
    """A round that is open until the evening of 31 July."""
    with time_machine.travel(moment(2026, 7, 10, 9)):
        running_project(community)
        running_project(community)
        round_ = drafted_round(street, official, closes_at=CLOSES)
        rounds.open_(round_, by=official)
    return round_


def told(kind):
    return [(each.user, each.params["count"]) for each in Notice.objects.filter(kind=kind).order_by("id")]


def remind(*parts):
    with time_machine.travel(moment(*parts)):
        tasks.remind_of_missing_sheets()
        tasks.remind_of_missing_sheets()


def test_members_are_reminded_7_3_and_1_days_before_each_once(july):
    counts = []
    for day in range(20, 32):
        remind(2026, 7, day, 9)
        remind(2026, 7, day, 15)
        counts.append((day, Notice.objects.filter(kind="sheets_missing").count()))

    assert counts == [(day, 0 if day < 24 else 4 if day < 28 else 8 if day < 30 else 12) for day in range(20, 32)]


def test_a_day_of_downtime_loses_no_reminder(july):
    remind(2026, 7, 25, 9)
    assert len(told("sheets_missing")) == 4
    remind(2026, 7, 31, 9)
    assert len(told("sheets_missing")) == 8


def test_only_those_with_missing_sheets_are_reminded(july, official):
    done, recused, gone, left = july.committee.members.select_related("user")
    with time_machine.travel(moment(2026, 7, 20, 9)):
        for sheet in ScoreSheet.objects.filter(member=done):
            sheets.submit(give(sheet, 8, 8), by=done.user)
        for rating in july.ratings.all():
            recusals.recuse(recused.user, project=rating.project, region=july.region, reason="亲属", by=official)
        committees.dismiss(gone, by=official, reason="调离")
        first = ScoreSheet.objects.filter(member=left).first()
        sheets.submit(give(first, 8, 8), by=left.user)

    remind(2026, 7, 24, 9)

    assert told("sheets_missing") == [(left.user, 1)]


def test_a_put_off_closing_reminds_anew(july, official):
    remind(2026, 7, 30, 12)
    with time_machine.travel(moment(2026, 7, 30, 13)):
        rounds.edit(july, by=official, closes_at=moment(2026, 8, 20, 18))
    remind(2026, 8, 1, 9)
    assert len(told("sheets_missing")) == 4

    remind(2026, 8, 13, 9)
    assert len(told("sheets_missing")) == 8


def close(*parts):
    with time_machine.travel(moment(*parts)):
        tasks.close_due_rounds()
        tasks.close_due_rounds()


def test_a_round_closes_by_itself_and_tells_the_street_once_what_is_missing(july, official):
    neighbour = official_of(EvaluationRoundFactory(status="draft").region)
    close(2026, 7, 31, 17)
    july.refresh_from_db()
    assert (july.status, told("round_overdue")) == ("open", [])

    close(2026, 7, 31, 18)
    close(2026, 8, 3, 9)

    july.refresh_from_db()
    assert (july.status, told("round_overdue")) == ("closed", [(official, 8)])
    assert neighbour not in [user for user, _count in told("round_overdue")]


def test_a_complete_round_closes_without_a_word(july, official):
    with time_machine.travel(moment(2026, 7, 20, 9)):
        for sheet in ScoreSheet.objects.all():
            sheets.submit(give(sheet, 8, 8), by=sheet.member.user)

    close(2026, 8, 15, 9)

    assert set(july.ratings.values_list("grade", flat=True)) == {"4A"}
    assert told("round_overdue") == []


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 1), -6, date(2025, 7, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_on_the_calendar(day, months, expected):
    assert add_months(day, months) == expected


def draft_due(*parts):
    with time_machine.travel(moment(*parts)):
        tasks.draft_due_rounds()
        tasks.draft_due_rounds()


def periods(street):
    rows = EvaluationRound.objects.filter(region=street).order_by("starts_on")
    return [(each.starts_on, each.ends_on, each.status) for each in rows]


def test_the_rhythm_drafts_the_next_round_with_the_running_projects(street, community, official):
    project = running_project(community)
    committee, scheme = committee_of(street, official), small_scheme(street, official)
    rhythms.set_(street, months=6, next_on=date(2026, 7, 1), by=official)

    draft_due(2026, 6, 30, 23)
    assert periods(street) == []
    draft_due(2026, 7, 1, 1)

    round_ = EvaluationRound.objects.get()
    assert periods(street) == [(date(2026, 1, 1), date(2026, 6, 30), "draft")]
    assert (round_.committee, round_.scheme, round_.ratings.get().project) == (committee, scheme, project)
    assert RatingRhythm.objects.get().next_on == date(2027, 1, 1)


def test_downtime_over_two_periods_drafts_both(street):
    RatingRhythmFactory(region=street, next_on=date(2026, 7, 1))

    draft_due(2027, 2, 1, 9)

    assert [row[:2] for row in periods(street)] == [
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 12, 31)),
    ]


def test_a_round_made_by_hand_is_not_made_again(street):
    made = EvaluationRoundFactory(region=street)
    RatingRhythmFactory(region=street, next_on=date(2026, 7, 1))

    draft_due(2026, 7, 2, 9)

    assert list(EvaluationRound.objects.all()) == [made]


def test_a_rhythm_at_rest_drafts_nothing(street):
    RatingRhythmFactory(region=street, next_on=date(2026, 7, 1), is_active=False)

    draft_due(2026, 7, 2, 9)

    assert periods(street) == []


def test_the_street_is_told_of_a_drafted_round(street, official):
    RatingRhythmFactory(region=street, next_on=date(2026, 7, 1))
    draft_due(2026, 7, 1, 9)

    round_ = EvaluationRound.objects.get()
    change = StatusChange.objects.about(round_).get()
    assert change.actor == User.objects.system()
    assert list(round_.audience(change)) == [official]


def test_brand_listings_expire_after_their_last_day():
    last, later = (BrandListingFactory(listed_on=date(2025, 8, 1), until=date(2026, 7, day)) for day in (30, 31))
    with time_machine.travel(moment(2026, 7, 31, 23, 59)):
        tasks.expire_brand_listings()
        tasks.expire_brand_listings()
    last.refresh_from_db()
    later.refresh_from_db()
    assert (last.status, later.status) == ("expired", "listed")

    with time_machine.travel(moment(2026, 8, 1, 0, 1)):
        assert list(BrandListing.objects.current(date(2026, 8, 1))) == []
        tasks.expire_brand_listings()
    assert set(BrandListing.objects.values_list("status", flat=True)) == {"expired"}


def test_the_role_ends_with_the_term(street, official):
    committee = committees.found(street, name="考评委", by=official)
    short, long = UserFactory(), UserFactory()
    committees.appoint(
        committee, user=short, group="street", by=official, since=date(2026, 1, 1), until=date(2026, 8, 1)
    )
    committees.appoint(committee, user=long, group="street", by=official, since=date(2026, 1, 1))

    with time_machine.travel(moment(2026, 8, 1, 9)):
        tasks.end_committee_terms()
        tasks.end_committee_terms()

    held = RoleAssignment.objects.active().filter(role=Role.COMMITTEE_MEMBER)
    assert [role.user for role in held] == [long]
