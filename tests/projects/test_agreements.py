from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from communities.models import Notice, Refused
from projects import tasks
from projects.models import Agreement, Project
from projects.services import agreements, signatures
from tests.factories import AgreementFactory, ProjectFactory, PublicNoticeFactory, TeamContactFactory, UserFactory

pytestmark = pytest.mark.django_db
PERIOD = {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 5, 31)}
BEFORE = date(2026, 11, 20)


def running(**fields):
    return AgreementFactory(status="running", project__status="running", **fields)


def sign_both(agreement, on=BEFORE):
    signatures.sign_for_team(agreement, by=UserFactory(), on=on)
    signatures.sign_for_community(agreement, by=UserFactory(), on=on)


def statuses(agreement):
    agreement.refresh_from_db()
    return agreement.status, Project.objects.get(pk=agreement.project_id).status


def test_an_agreement_takes_over_what_the_project_says(community):
    project = PublicNoticeFactory(region=community, status="finished", project__share_returned=30).project

    agreement = agreements.draft(project, by=UserFactory(), **PERIOD, funds="600.00")

    assert (agreement.mode, agreement.share_returned, agreement.region) == (project.mode, 30, community)
    assert agreement.number == f"{community.code}-{agreement.year}-001"


def test_numbers_run_by_community(community, neighbour):
    made = [
        agreements.draft(PublicNoticeFactory(region=region, status="finished").project, by=UserFactory(), **PERIOD)
        for region in (community, community, neighbour)
    ]

    assert [agreement.serial for agreement in made] == [1, 2, 1]


def test_a_project_has_one_agreement_at_a_time():
    project = PublicNoticeFactory(status="finished").project
    agreements.draft(project, by=UserFactory(), **PERIOD)

    with pytest.raises(Refused) as no:
        agreements.draft(project, by=UserFactory(), **PERIOD)

    assert (no.value.code, Agreement.objects.count()) == ("already_drafted", 1)


def test_a_cancelled_draft_makes_room_for_another():
    project = PublicNoticeFactory(status="finished").project
    first = agreements.draft(project, by=UserFactory(), **PERIOD)
    agreements.cancel(first, by=UserFactory(), reason="日期写错")

    second = agreements.draft(project, by=UserFactory(), **PERIOD)

    assert (second.serial, statuses(first)[0]) == (2, "cancelled")


def test_both_sides_sign_and_the_clock_does_the_rest():
    agreement = AgreementFactory()
    signatures.sign_for_team(agreement, by=UserFactory(), on=BEFORE)
    after_one = statuses(agreement)
    signatures.sign_for_community(agreement, by=UserFactory(), on=BEFORE)
    after_two = statuses(agreement)

    by = UserFactory()
    days = ("2026-11-30", "2026-12-01", "2026-12-02", "2027-05-31", "2027-06-01", "2027-06-02")
    steps = [(agreements.roll(by=by, on=date.fromisoformat(day)), *statuses(agreement)) for day in days]

    assert (after_one, after_two) == (("draft", "noticed"), ("signed", "agreed"))
    assert steps == [
        (0, "signed", "agreed"),
        (1, "running", "running"),
        (0, "running", "running"),
        (0, "running", "running"),
        (1, "ended", "ended"),
        (0, "ended", "ended"),
    ]


def test_signed_on_its_first_day_it_runs_at_once():
    agreement = AgreementFactory()

    sign_both(agreement, on=agreement.starts_on)

    assert statuses(agreement) == ("running", "running")


@pytest.mark.parametrize("sign", [signatures.sign_for_team, signatures.sign_for_community])
def test_each_side_signs_once(sign):
    agreement, first = AgreementFactory(), UserFactory()
    sign(agreement, by=first, on=BEFORE)

    with pytest.raises(Refused) as no:
        sign(agreement, by=UserFactory(), on=BEFORE)

    agreement.refresh_from_db()
    assert (no.value.code, {agreement.team_signed_by, agreement.community_signed_by}) == (
        "already_signed",
        {first, None},
    )


def test_nobody_signs_when_the_period_is_over():
    with pytest.raises(Refused) as no:
        signatures.sign_for_team(AgreementFactory(), by=UserFactory(), on=date(2027, 6, 1))

    assert no.value.code == "period_over"


def test_the_clock_catches_up_with_a_whole_agreement():
    agreement = AgreementFactory()
    sign_both(agreement)

    agreements.roll(by=UserFactory(), on=date(2028, 1, 1))

    assert statuses(agreement) == ("ended", "ended")


def test_cancelling_a_signed_agreement_leads_back_to_the_notice():
    agreement = AgreementFactory()
    sign_both(agreement)

    agreements.cancel(agreement, by=UserFactory(), reason="队伍解散")

    assert statuses(agreement) == ("cancelled", "noticed")


def test_ending_early_ends_the_project_and_what_was_to_follow():
    agreement = running()
    following = agreements.renew(agreement, by=UserFactory(), ends_on=date(2027, 12, 31), on=date(2027, 5, 1))

    agreements.terminate(agreement, by=UserFactory(), reason="违约")

    assert (statuses(agreement), statuses(following)[0]) == (("terminated", "ended"), "cancelled")


def test_a_renewal_carries_the_terms_over_and_the_project_on():
    agreement = running(funds=500, space="一楼活动室", share_returned=10)

    following = agreements.renew(
        agreement, by=UserFactory(), ends_on=date(2027, 12, 31), funds=700, on=date(2027, 5, 1)
    )
    sign_both(following, on=date(2027, 5, 2))
    agreements.roll(by=UserFactory(), on=date(2027, 6, 1))

    assert (following.starts_on, following.space, following.funds) == (date(2027, 6, 1), "一楼活动室", 700)
    assert (statuses(agreement), statuses(following)) == (("ended", "running"), ("running", "running"))


def test_a_renewal_signed_late_wakes_the_project_again():
    agreement = running()
    following = agreements.renew(agreement, by=UserFactory(), ends_on=date(2027, 12, 31), on=date(2027, 5, 1))
    agreements.roll(by=UserFactory(), on=date(2027, 6, 1))
    between = statuses(agreement)

    sign_both(following, on=date(2027, 6, 10))

    assert (between, statuses(following)) == (("ended", "ended"), ("running", "running"))


@pytest.mark.parametrize(
    ("day", "code"),
    [("2027-03-31", "too_early"), ("2027-04-01", ""), ("2027-05-31", ""), ("2027-06-01", "too_early")],
)
def test_a_renewal_is_drawn_up_in_the_last_sixty_days(day, code):
    no = agreements.refusal_to_renew(running(), on=date.fromisoformat(day))

    assert (no[0] if no else "") == code


@pytest.mark.parametrize("status", sorted(set(Agreement.Status) - {"running"}))
def test_only_an_agreement_in_force_is_renewed(status):
    no = agreements.refusal_to_renew(AgreementFactory(status=status), on=date(2027, 5, 1))

    assert no[0] == "not_running"


def test_an_agreement_is_renewed_once():
    agreement = running()
    agreements.renew(agreement, by=UserFactory(), ends_on=date(2027, 12, 31), on=date(2027, 5, 1))

    with pytest.raises(Refused) as no:
        agreements.renew(agreement, by=UserFactory(), ends_on=date(2027, 12, 31), on=date(2027, 5, 1))

    assert no.value.code == "one_renewal_per_agreement"


def test_both_sides_are_reminded_at_sixty_and_thirty_days_once_each(staff, team, contact, community):
    project = ProjectFactory(team=team, region=community, status="running", title="一碗热汤")
    AgreementFactory(project=project, region=community, status="running")

    counts = []
    for day in ("2027-03-30", "2027-03-31", "2027-04-01", "2027-04-30", "2027-05-01", "2027-05-01", "2027-05-30"):
        agreements.remind(on=date.fromisoformat(day))
        counts.append(Notice.objects.count())

    assert counts == [0, 0, 2, 2, 4, 4, 4]
    assert {notice.user for notice in Notice.objects.all()} == {staff, contact}


def test_after_a_long_silence_only_the_nearer_reminder_is_sent(staff, community):
    AgreementFactory(project=ProjectFactory(region=community, status="running"), region=community, status="running")

    agreements.remind(on=date(2027, 5, 20))

    assert Notice.objects.count() == 1


def test_nobody_is_reminded_of_what_is_renewed_already(staff, community):
    project = ProjectFactory(region=community, status="running")
    agreement = AgreementFactory(project=project, region=community, status="running")
    agreements.renew(agreement, by=staff, ends_on=date(2027, 12, 31), on=date(2027, 5, 1))

    agreements.remind(on=date(2027, 5, 2))

    assert not Notice.objects.exists()


def test_the_tasks_run_twice_and_do_it_once(time_machine_at, staff, community):
    agreement = AgreementFactory(region=community)
    TeamContactFactory(team=agreement.project.team)
    sign_both(agreement)
    time_machine_at("2027-05-10T09:00+08:00")

    for _time in range(2):
        tasks.roll_agreements()
        tasks.remind_of_ending_agreements()

    assert (statuses(agreement), Notice.objects.count()) == (("running", "running"), 2)


def at_once(work, threads=8):
    """Run the same work in so many threads, each on its own connection; returns how many were not refused."""

    def one(_number):
        try:
            work()
        except Refused:
            return 0
        finally:
            connections.close_all()
        return 1

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(one, range(threads)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer; the race is PostgreSQL's")
def test_eight_who_sign_at_once_leave_one_signature():
    agreement, by = AgreementFactory(), UserFactory()

    done = at_once(lambda: signatures.sign_for_team(Agreement.objects.get(pk=agreement.pk), by=by, on=BEFORE))

    assert done == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer; the race is PostgreSQL's")
def test_both_sides_signing_at_once_conclude_it_once():
    agreement, by = AgreementFactory(), UserFactory()
    sides = [signatures.sign_for_team, signatures.sign_for_community] * 4

    done = at_once(lambda: sides.pop()(Agreement.objects.get(pk=agreement.pk), by=by, on=BEFORE))

    assert (done, statuses(agreement)) == (2, ("signed", "agreed"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer; the race is PostgreSQL's")
def test_eight_who_renew_at_once_leave_one_renewal():
    agreement, by = running(), UserFactory()
    day = agreement.ends_on - timedelta(days=10)

    done = at_once(lambda: agreements.renew(agreement, by=by, ends_on=date(2027, 12, 31), on=day))

    assert (done, agreement.renewals.count()) == (1, 1)
