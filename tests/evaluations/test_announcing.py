"""公布: what a team is told, how long it may appeal, and when the grade is final."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils.timezone import get_current_timezone, localdate, now

from communities.models import Notice, Refused
from communities.services import outbox
from evaluations import tasks
from evaluations.models import BrandListing, EvaluationRound, Rating, ScoreSheet
from evaluations.services import committees, recusals, regrading, rounds, sheets
from tests.evaluations.season import give, official_of
from tests.factories import TeamContactFactory

pytestmark = pytest.mark.django_db
Status = EvaluationRound.Status


@pytest.fixture
def contact(closed_round):
    return TeamContactFactory(team=closed_round.ratings.get().project.team).user


def test_announcing_tells_the_team_its_grade_with_every_figure(closed_round, official, contact, browse, api):
    rating = closed_round.ratings.get()
    assert browse(contact).get(f"/ratings/{rating.pk}/").status_code == 404
    rounds.announce(closed_round, by=official)
    outbox.fan_out(at=now())

    notice = Notice.objects.get(user=contact)
    page = browse(contact).get(notice.url).content.decode()
    figures = api(contact).get(f"/api/v1/ratings/{rating.pk}/explanation/").data

    assert "4A" in page
    assert "84.00" in page
    assert (figures["total"], figures["grade"]) == ("84.00", "4A")


def test_an_announced_grade_is_the_teams_alone(announced_round, browse, api):
    rating = announced_round.ratings.get()

    assert api().get("/api/v1/ratings/").data["results"] == []
    assert browse(TeamContactFactory().user).get(f"/ratings/{rating.pk}/").status_code == 404
    assert not BrandListing.objects.exists()


@pytest.mark.parametrize(
    ("day", "days", "last"),
    [
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # the Sunday is worked before the holidays
        (date(2026, 9, 28), 7, date(2026, 10, 13)),
        (date(2026, 7, 6), 7, date(2026, 7, 15)),
    ],
)
def test_the_time_to_appeal_is_counted_in_working_days(closed_round, official, day, days, last):
    EvaluationRound.objects.update(appeal_days=days)
    closed_round.refresh_from_db()

    at = datetime(day.year, day.month, day.day, 9, tzinfo=get_current_timezone())
    rounds.announce(closed_round, by=official, at=at)

    assert closed_round.appeals_until == last


def test_seven_days_unless_the_round_says_otherwise(closed_round):
    assert closed_round.appeal_days == 7
    with pytest.raises(IntegrityError, match="time_to_appeal_is_a_day_to_sixty"), transaction.atomic():
        EvaluationRound.objects.update(appeal_days=0)
    with pytest.raises(IntegrityError, match="announced_round_has_a_time_to_appeal"), transaction.atomic():
        EvaluationRound.objects.update(status="announced")


def test_a_project_without_a_grade_is_not_announced(open_round, official):
    give(ScoreSheet.objects.first(), 7, 7)
    rounds.close(open_round, by=official)

    with pytest.raises(Refused) as no:
        rounds.announce(open_round, by=official)

    assert (no.value.code, EvaluationRound.objects.get().status) == ("ungraded", Status.CLOSED)


def test_a_round_is_not_published_before_it_is_announced_nor_before_its_time(closed_round, official):
    with pytest.raises(Refused) as unannounced:
        rounds.publish(closed_round, by=official)
    rounds.announce(closed_round, by=official)
    with pytest.raises(Refused) as early:
        rounds.publish(closed_round, by=official)

    assert [unannounced.value.code, early.value.code] == ["wrong_status", "time_to_appeal"]
    assert not Rating.objects.final().exists()


def test_the_clock_publishes_the_day_after_the_last_day_and_once(announced_round):
    last = announced_round.appeals_until
    for day, hour in [(last, 23), (last + timedelta(days=1), 0), (last + timedelta(days=1), 1)]:
        with time_machine.travel(datetime(day.year, day.month, day.day, hour, 5, tzinfo=get_current_timezone())):
            tasks.publish_due_rounds()
        if hour == 23:
            assert EvaluationRound.objects.get().status == Status.ANNOUNCED

    assert EvaluationRound.objects.get().status == Status.PUBLISHED
    assert BrandListing.objects.count() == 1


def test_a_recusal_after_announcing_computes_again_tells_the_team_and_gives_it_the_whole_time(
    open_round, official, street
):
    for sheet in ScoreSheet.objects.all():
        values = (2, 2) if sheet.member.group == "residents" else (8, 8)
        sheets.submit(give(sheet, *values), by=sheet.member.user)
    rounds.close(open_round, by=official)
    rounds.announce(open_round, by=official, at=now() - timedelta(days=20))
    rating = open_round.ratings.get()
    contact, before = TeamContactFactory(team=rating.project.team).user, open_round.appeals_until
    outbox.fan_out(at=now())
    Notice.objects.all().delete()

    member = open_round.committee.members.get(group="residents")
    recusals.recuse(member.user, project=rating.project, region=street, reason="子女在队里工作", by=official)
    outbox.fan_out(at=now())

    rating.refresh_from_db()
    open_round.refresh_from_db()
    assert (rating.status, rating.grade) == ("announced", "4A")
    assert before < localdate() < open_round.appeals_until
    (told,) = Notice.objects.filter(user=contact)
    assert member.user.name not in told.text
    assert regrading.differences(open_round) == []


def test_a_committee_is_not_dissolved_while_teams_may_appeal(announced_round):
    with pytest.raises(Refused) as no:
        committees.dissolve(announced_round.committee, by=official_of(announced_round.region), reason="换届")

    assert no.value.code == "round_under_way"
