"""By the clock: activities end, forgotten check-outs wait, vouchers lapse, the ledger is proved; twice is once."""

import logging
from datetime import date, timedelta

import pytest
from django.utils.timezone import now

from tests.factories import ActivityFactory, AttendanceFactory, JournalFactory, RedemptionFactory, RewardFactory
from volunteers import tasks
from volunteers.models import Account, Activity, Attendance, Redemption, Reward

pytestmark = pytest.mark.django_db


def test_what_is_over_ends_and_open_check_outs_wait():
    over = AttendanceFactory(status="present", ended_at=None)
    going_on = ActivityFactory(starts_at=now() - timedelta(hours=1))

    tasks.end_activities()
    tasks.end_activities()

    assert dict(Activity.objects.values_list("pk", "status")) == {
        over.activity.pk: "ended",
        going_on.pk: "published",
    }
    assert Attendance.objects.get().status == "forgotten"
    assert Attendance.objects.get().ended_at is None


def test_there_is_time_to_check_out_after_the_end():
    ActivityFactory(starts_at=now() - timedelta(hours=3, minutes=30))

    tasks.end_activities()

    assert Activity.objects.get().status == "published"


def test_vouchers_past_their_day_give_everything_back_once():
    past = RewardFactory(valid_until=date(2020, 1, 1), stock=0)
    lapsed, kept = RedemptionFactory(reward=past), RedemptionFactory()

    tasks.lapse_vouchers()
    tasks.lapse_vouchers()

    assert dict(Redemption.objects.values_list("pk", "status")) == {lapsed.pk: "lapsed", kept.pk: "issued"}
    assert Account.objects.get(volunteer=lapsed.volunteer).balance == lapsed.points
    assert Reward.objects.get(pk=past.pk).stock == 1


def test_the_nightly_check_names_faults_in_the_log(caplog):
    JournalFactory()
    tasks.check_ledger()
    assert caplog.records == []

    Account.objects.people().update(balance=1)
    with caplog.at_level(logging.ERROR):
        tasks.check_ledger()

    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["ledger"]
