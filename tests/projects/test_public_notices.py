from datetime import date

import pytest
from django.utils.translation import gettext

from communities.models import Refused
from projects import tasks
from projects.models import Objection, PublicNotice
from projects.services import objections, public_notices
from tests.factories import ObjectionFactory, ProjectFactory, PublicNoticeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("posted", "days", "last"),
    [
        (date(2026, 11, 9), 5, date(2026, 11, 16)),  # an ordinary week, with its weekend
        (date(2026, 2, 13), 5, date(2026, 2, 27)),  # Spring Festival 2026: off 15 to 23 February; the 14th is worked
        (date(2025, 9, 29), 5, date(2025, 10, 13)),  # National Day 2025: off 1 to 8 October; the 11th is worked
        (date(2025, 9, 26), 3, date(2025, 9, 30)),  # Sunday 28 September 2025 makes up for the holiday
        (date(2026, 11, 14), 1, date(2026, 11, 16)),  # posted on a Saturday
    ],
)
def test_the_last_day_counts_working_days_only(posted, days, last):
    project = ProjectFactory(status="shortlisted")

    notice = public_notices.publish(project, by=UserFactory(), working_days=days, on=posted)

    assert (notice.starts_on, notice.ends_on, project.status) == (posted, last, "noticed")


def test_five_working_days_are_the_default():
    notice = public_notices.publish(ProjectFactory(status="shortlisted"), by=UserFactory(), on=date(2026, 11, 9))

    assert notice.working_days == 5


@pytest.mark.parametrize("status", ["accepted", "in_roadshow", "noticed", "running"])
def test_only_a_shortlisted_project_is_noticed(status):
    with pytest.raises(Refused) as no:
        public_notices.publish(ProjectFactory(status=status), by=UserFactory())

    assert (no.value.code, PublicNotice.objects.count()) == ("wrong_status", 0)


def test_a_notice_ends_when_its_last_day_is_over_and_once_only():
    notice = PublicNoticeFactory()
    by = UserFactory()

    counts = [
        public_notices.finish_due(by=by, on=day) for day in (notice.ends_on, date(2026, 11, 14), date(2026, 12, 1))
    ]

    notice.refresh_from_db()
    assert (counts, notice.status, notice.project.status) == ([0, 1, 0], "finished", "noticed")


def test_the_clock_catches_up_after_days_of_silence(time_machine_at):
    time_machine_at("2026-12-24T09:00+08:00")
    late, running = PublicNoticeFactory(), PublicNoticeFactory(ends_on=date(2026, 12, 24))

    tasks.end_notices()
    tasks.end_notices()

    late.refresh_from_db()
    running.refresh_from_db()
    assert (late.status, running.status) == ("finished", "running")


def test_a_notice_taken_down_can_be_posted_again():
    notice = PublicNoticeFactory()

    public_notices.stop(notice, by=UserFactory(), reason="天数写错了")
    public_notices.publish(notice.project, by=UserFactory())

    assert sorted(notice.project.notices.values_list("status", flat=True)) == ["running", "stopped"]


def test_one_objects_until_the_end_of_the_last_day():
    notice = PublicNoticeFactory()

    objections.object_to(notice, by=UserFactory(), text="收费太高", on=notice.ends_on)
    with pytest.raises(Refused) as no:
        objections.object_to(notice, by=UserFactory(), text="收费太高", on=date(2026, 11, 14))

    assert (no.value.code, Objection.objects.count()) == ("notice_over", 1)


@pytest.mark.parametrize("status", ["finished", "stopped"])
def test_nobody_objects_to_a_notice_that_is_over(status):
    notice = PublicNoticeFactory(status=status)

    with pytest.raises(Refused) as no:
        objections.object_to(notice, by=UserFactory(), text="收费太高", on=notice.starts_on)

    assert no.value.code == "notice_over"


def test_upholding_stops_the_notice_and_sends_the_project_back():
    objection = ObjectionFactory()

    objections.uphold(objection, by=UserFactory(), reason="  价格确实偏高 ")

    objection.refresh_from_db()
    project = objection.notice.project
    assert (objection.status, objection.answer, objection.notice.status) == ("upheld", "价格确实偏高", "stopped")
    assert (project.status, project.last_change().reason) == ("returned", "价格确实偏高")


def test_dismissing_leaves_the_notice_running():
    objection = ObjectionFactory()

    objections.dismiss(objection, by=UserFactory(), reason="低于市场价")

    objection.refresh_from_db()
    assert (objection.status, objection.notice.status, objection.notice.project.status) == (
        "dismissed",
        "running",
        "noticed",
    )


@pytest.mark.parametrize("answer", [objections.uphold, objections.dismiss])
def test_an_answer_says_why_and_comes_once(answer):
    objection = ObjectionFactory()

    with pytest.raises(Refused) as silent:
        answer(objection, by=UserFactory(), reason=" ")
    answer(objection, by=UserFactory(), reason="因为")
    with pytest.raises(Refused) as twice:
        answer(objection, by=UserFactory(), reason="因为")

    assert (silent.value.code, twice.value.code) == ("reason_needed", "wrong_status")


def test_who_objects_is_hidden_masked_or_known(community, staff, stranger):
    author = UserFactory(name="王小明")
    named = ObjectionFactory(region=community, author=author)
    hidden = ObjectionFactory(region=community, author=author, is_anonymous=True)

    seen = {viewer.name: (named.author_for(viewer), hidden.author_for(viewer)) for viewer in (staff, stranger, author)}

    assert seen[author.name] == ("王小明", "王小明")
    assert seen[staff.name] == ("王**", "王**")
    assert seen[stranger.name] == ("王**", gettext("anonymous"))
