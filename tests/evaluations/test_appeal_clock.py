"""Appeals that will soon be late: the street and the reviewers are reminded, by day, each step once."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils.timezone import get_current_timezone

from communities.grants import Role
from communities.models import Notice
from evaluations import tasks
from tests.factories import AppealFactory, RoleAssignmentFactory

pytestmark = pytest.mark.django_db
DUE = date(2026, 7, 20)


@pytest.fixture
def appeal():
    made = AppealFactory(status="under_review", due_on=DUE)
    RoleAssignmentFactory(role=Role.STREET_STAFF, region=made.rating.round.region)
    return made


def told_on(days_before, hour=9):
    """How many were told that day, however often the clock asks."""
    before = Notice.objects.count()
    day = DUE - timedelta(days=days_before)
    with time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=get_current_timezone())):
        tasks.remind_of_appeals()
        tasks.remind_of_appeals()
    return Notice.objects.count() - before


def test_the_street_and_who_has_not_spoken_are_told_three_days_and_one_day_before_and_daily_when_late(appeal):
    assert [told_on(days) for days in (5, 4, 3, 2, 1, 0, -1, -2)] == [0, 0, 4, 0, 4, 4, 4, 4]
    assert set(Notice.objects.values_list("kind", flat=True)) == {"appeal_due", "appeal_late"}


def test_nobody_is_told_at_night_and_a_day_of_downtime_loses_nothing(appeal):
    assert told_on(3, hour=3) == 0
    assert told_on(2) == 4


def test_who_has_given_an_opinion_is_left_in_peace_and_a_decided_appeal_tells_nobody(appeal):
    said = {"status": "given", "upholds": False, "words": "x", "given_at": datetime.now(get_current_timezone())}
    appeal.reviewers.filter(pk=appeal.reviewers.first().pk).update(**said)
    assert told_on(3) == 3

    appeal.reviewers.filter(status="named").update(**said)
    assert told_on(1) == 1
    type(appeal).objects.update(status="dismissed", answer="x", decided_at=said["given_at"])
    assert told_on(-1) == 0
