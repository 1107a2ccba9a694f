"""What meets in the same moment: casting and closing, two closings, a signature and a withdrawal."""

from datetime import date
from functools import partial
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from communities.models import Refused
from communities.services import kept_answers
from projects.models import Poll, Project, Turnout
from projects.services import agreements, ballots, objections, polls, public_notices, signatures, withdrawals
from tests.factories import (
    AgreementFactory,
    ObjectionFactory,
    ProjectFactory,
    PublicNoticeFactory,
    TeamContactFactory,
    TeamFactory,
    UserFactory,
)
from tests.voting import an_open_poll, options_of, staff_of, voters_of

PERIOD = {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 5, 31)}


def outcome(act):
    try:
        return act()
    except Refused as no:
        return no.code


def test_a_ballot_cast_at_the_moment_of_closing_is_counted_or_refused_never_lost(race):
    voters = 20 if connection.vendor == "postgresql" else 6
    poll = an_open_poll(voters=voters)
    people, options, staff = voters_of(poll), options_of(poll), staff_of(poll.region)

    def act(number):
        if number == 0:
            return polls.close(Poll.objects.get(pk=poll.pk), by=staff, reason="停电")
        cast = lambda: ballots.cast(poll, choices=options[:1], key=ballots.new_key(), by=people[number - 1])  # noqa: E731
        return outcome(cast)

    answers = race(voters + 1, act)[1:]

    poll.refresh_from_db()
    receipts = {ballots.as_shown(answer) for answer in answers if answer != "poll_not_open"}
    assert {receipt for receipt, *_said in ballots.published(poll)} == receipts
    assert poll.ballots == poll.voted == Turnout.objects.count() == len(receipts)
    assert ballots.tally(poll)[0].votes.get(options[0], 0) == len(receipts)


def test_two_who_close_at_once_close_it_once(race):
    poll = an_open_poll(voters=2)
    staff = staff_of(poll.region)

    answers = race(4, lambda _n: outcome(lambda: polls.close(Poll.objects.get(pk=poll.pk), by=staff, reason="停电")))

    assert sorted(answers, key=str) == [None, "wrong_status", "wrong_status", "wrong_status"]
    assert poll.results.count() == 3


@pytest.mark.django_db
def test_a_closed_poll_is_not_opened_again_past_every_service():
    poll = an_open_poll(voters=2)
    polls.close(poll, by=staff_of(poll.region), reason="停电")

    for status in ("open", "announced", "draft", "cancelled"):
        with pytest.raises(IntegrityError, match="poll_sealed"), transaction.atomic():
            Poll.objects.filter(pk=poll.pk).update(status=status)


def test_a_withdrawn_project_comes_under_no_agreement(race):
    project = PublicNoticeFactory(status="finished").project
    by = UserFactory()

    def act(number):
        if number:
            return outcome(
                lambda: withdrawals.withdraw(type(project).objects.get(pk=project.pk), by=by, reason="无力承担")
            )
        return outcome(lambda: agreements.draft(type(project).objects.get(pk=project.pk), by=by, **PERIOD))

    race(2, act)

    project.refresh_from_db()
    assert project.status == "withdrawn"
    assert not project.agreements.exclude(status="cancelled").exists()


@pytest.mark.django_db
def test_nobody_concludes_a_first_agreement_of_a_project_that_is_not_in_notice():
    agreement = AgreementFactory()
    type(agreement.project).objects.filter(pk=agreement.project_id).update(status="withdrawn")
    signatures.sign_for_team(agreement, by=UserFactory(), on=agreement.starts_on)

    with pytest.raises(Refused) as no:
        signatures.sign_for_community(agreement, by=UserFactory(), on=agreement.starts_on)

    assert no.value.code == "wrong_status"


@pytest.mark.django_db
def test_an_upheld_objection_to_an_earlier_notice_stops_the_later_one_too():
    first = PublicNoticeFactory(status="running")
    project, by = first.project, UserFactory()
    objection = ObjectionFactory(notice=first, region=first.region)
    public_notices.stop(first, by=by, reason="写错了")
    project.refresh_from_db()
    later = public_notices.publish(project, by=by)

    objections.uphold(objection, by=by, reason="确实如此")

    later.refresh_from_db()
    project.refresh_from_db()
    assert (later.status, project.status) == ("stopped", "returned")


@pytest.mark.django_db
def test_no_agreement_while_a_later_notice_still_runs():
    project = PublicNoticeFactory(status="finished").project
    PublicNoticeFactory(project=project, region=project.region, status="running")

    with pytest.raises(Refused) as no:
        agreements.draft(project, by=UserFactory(), **PERIOD)
    with pytest.raises(IntegrityError, match="no_finished_notice"), transaction.atomic():
        AgreementFactory(project=project, region=project.region)

    assert no.value.code == "no_finished_notice"


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [objections.dismiss, objections.uphold])
def test_nobody_answers_an_objection_to_their_own_project_or_of_their_own(answer):
    objection = ObjectionFactory()
    contact = TeamContactFactory(team=objection.notice.project.team).user

    for person in (contact, objection.author):
        with pytest.raises(Refused) as no:
            answer(objection, by=person, reason="不成立")
        assert no.value.code == "own_objection"


@pytest.mark.django_db(transaction=True)
def test_an_objection_that_meets_the_end_of_the_notice_blocks_the_agreement():
    notice = PublicNoticeFactory(status="running")
    by, author = UserFactory(), UserFactory()

    def end():
        public_notices.finish_due(by=by, on=date(2099, 1, 1))
        connection.close()

    with transaction.atomic():
        objections.object_to(notice, by=author, text="收费太高", on=notice.ends_on)
        ending = Thread(target=end)
        ending.start()
        ending.join(timeout=0.5)
    ending.join()

    notice.refresh_from_db()
    assert notice.status == "finished"
    with pytest.raises(Refused):
        agreements.draft(notice.project, by=by, **PERIOD)


def test_a_form_sent_many_times_at_once_makes_one_thing(race):
    team, user = TeamFactory(), UserFactory()

    def act(_number):
        made = partial(ProjectFactory, team=team, region=team.region)
        return kept_answers.once(made, key="proposal:of-one-page", by=user)

    answers = race(4, act)

    project = Project.objects.get()
    assert sorted(answers) == sorted([(project.pk, True), *[(project.pk, False)] * 3])
