"""The life of a poll through its services and by the clock."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from communities.models import Notice, Refused, StatusChange
from config import celery_app
from projects import tasks
from projects.models import Poll, PollResult
from projects.services import polls, roadshows
from tests.factories import ResidentFactory, UserFactory
from tests.voting import RULE, a_poll, an_evening, an_open_poll, close, options_of, settle, staff_of, vote

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def at_once():
    """Tasks that a task sends run in this process."""
    celery_app.conf.task_always_eager = True
    yield
    celery_app.conf.task_always_eager = False


def outcomes(poll):
    return [poll.results.get(project=project).outcome for project in options_of(poll)]


def statuses(poll):
    entries = poll.roadshow.entries.select_related("project").order_by("order")
    return [entry.project.status for entry in entries]


def record_of(poll):
    return list(StatusChange.objects.about(poll).values_list("new", flat=True))


def test_the_best_are_shortlisted_and_the_others_told_why():
    poll = an_open_poll(voters=5)
    vote(poll, [1, 2], [1], [1, 3])

    close(poll)

    assert poll.status == "settled"
    assert outcomes(poll) == ["shortlisted", "not_chosen", "not_chosen"]
    assert statuses(poll) == ["shortlisted", "not_chosen", "not_chosen"]
    assert (poll.roll_size, poll.voted, poll.ballots) == (5, 3, 3)
    assert record_of(poll) == ["draft", "announced", "open", "closed", "settled"]
    assert poll.seal in StatusChange.objects.about(poll).last().reason


def test_below_the_quorum_it_fails_and_projects_may_try_again():
    poll = an_open_poll(voters=5, quorum=Decimal(50))
    vote(poll, [1], [1])

    close(poll)

    assert (poll.status, poll.votes_needed) == ("failed", 3)
    assert outcomes(poll) == ["no_quorum"] * 3
    assert statuses(poll) == ["accepted"] * 3


def test_a_tie_at_the_line_stops_the_round():
    poll = an_open_poll(projects=4, winners=2, places=2)
    vote(poll, [1, 2], [1, 3])

    close(poll)

    assert poll.status == "tied"
    assert outcomes(poll) == ["shortlisted", "tied", "tied", "not_chosen"]
    assert statuses(poll) == ["in_roadshow"] * 4


def test_a_lot_needs_its_seed_and_settles():
    poll = an_open_poll(projects=4, winners=2, places=2)
    vote(poll, [1, 2], [1, 3])
    close(poll)
    with pytest.raises(Refused) as no:
        settle(poll, seed=" ")

    settle(poll, seed="4-2-6")

    assert no.value.code == "seed_needed"
    assert poll.status == "settled"
    assert sorted(outcomes(poll)) == ["not_chosen", "not_chosen", "shortlisted", "shortlisted"]
    assert sorted(poll.results.filter(by_tie_rule=True).values_list("outcome", flat=True)) == [
        "not_chosen",
        "shortlisted",
    ]


@pytest.mark.parametrize(("places", "needs_lot"), [(3, False), (2, True)])
def test_all_the_tied_are_taken_where_the_places_suffice(places, needs_lot):
    poll = an_open_poll(projects=4, winners=2, places=places, tie_rule="all")
    vote(poll, [1, 2], [1, 3])
    close(poll)

    settle(poll, seed="7" if needs_lot else "")

    assert outcomes(poll).count("shortlisted") == places


def test_a_project_without_a_vote_is_never_shortlisted():
    poll = an_open_poll(winners=3, places=3)
    vote(poll, [1])

    close(poll)

    assert outcomes(poll) == ["shortlisted", "not_chosen", "not_chosen"]


def test_closing_early_needs_a_reason_and_on_time_none():
    poll = an_open_poll()
    with pytest.raises(Refused) as no:
        polls.close(poll, by=staff_of(poll.region))

    polls.close(poll, by=staff_of(poll.region), at=poll.closes_at)

    assert no.value.code == "reason_needed"
    assert poll.is_counted


def test_extended_once_to_a_later_time_with_a_reason():
    poll = an_open_poll()
    by, until = staff_of(poll.region), poll.closes_at + HOUR
    polls.extend(poll, until=until, reason="下雨，来的人晚", by=by)

    for later, reason in [(until + HOUR, "再等等"), (until - HOUR, "早些"), (until + HOUR, " ")]:
        with pytest.raises(Refused):
            polls.extend(poll, until=later, reason=reason, by=by)
    with pytest.raises(DatabaseError, match="poll_extended_once"), transaction.atomic():
        Poll.objects.filter(pk=poll.pk).update(closes_at=until + HOUR)

    assert Poll.objects.get(pk=poll.pk).closes_at == until
    assert record_of(poll)[-1] == "extended"


@pytest.mark.parametrize("field", ["max_choices", "winners", "quorum", "tie_rule", "electorate", "opens_at"])
def test_the_rule_is_fixed_from_its_announcement_by_the_database(field):
    poll = a_poll()
    other = {"tie_rule": "all", "electorate": "representatives", "opens_at": now() - HOUR}.get(field, 1.5)
    if field in {"max_choices", "winners"}:
        other = getattr(poll, field) + 1

    with pytest.raises(DatabaseError, match="poll_rule_fixed"), transaction.atomic():
        Poll.objects.filter(pk=poll.pk).update(**{field: other, "places": 9})
    with pytest.raises(Refused):
        polls.edit(poll, by=staff_of(poll.region), **{field: other})


def test_taken_back_with_a_reason_it_may_be_corrected():
    poll = a_poll()
    by = staff_of(poll.region)

    polls.withdraw(poll, by=by, reason="票数写错")
    polls.edit(poll, by=by, max_choices=3)
    polls.announce(poll, by=by)

    assert Poll.objects.get(pk=poll.pk).max_choices == 3


def test_what_hinders_the_announcement_and_the_opening():
    roadshow = an_evening(voters=0)
    by, times = staff_of(roadshow.region), {"opens_at": now(), "closes_at": now() + HOUR}
    poll = polls.plan(roadshow, by=by, **{**RULE, **times, "max_choices": 4})
    with pytest.raises(Refused) as too_many:
        polls.announce(poll, by=by)
    polls.edit(poll, by=by, max_choices=3)
    with pytest.raises(Refused) as too_late:
        polls.announce(poll, by=by, at=now() + 2 * HOUR)
    polls.announce(poll, by=by)
    with pytest.raises(Refused) as empty:
        polls.open_(poll, by=by)

    assert [no.value.code for no in (too_many, too_late, empty)] == ["too_many_choices", "too_late", "empty_roll"]


def test_only_representatives_where_the_rule_says_so_and_only_of_the_community():
    poll = a_poll(voters=3, electorate="representatives")
    chosen = ResidentFactory(region=poll.region, is_representative=True)
    ResidentFactory(region=poll.region, is_representative=True, status="left")
    ResidentFactory(is_representative=True)

    polls.open_(poll, by=staff_of(poll.region))

    assert [entry.resident for entry in poll.roll.all()] == [chosen]


def test_the_roll_and_the_programme_are_frozen_by_the_opening():
    poll = an_open_poll()
    late = ResidentFactory(region=poll.region, user=UserFactory())

    for broken in [
        lambda: poll.roll.create(resident=late),
        lambda: poll.roll.all().delete(),
        lambda: poll.roll.update(struck="x"),
        lambda: poll.options.all().delete(),
        lambda: poll.roadshow.entries.update(order=77),
    ]:
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()
    with pytest.raises(DatabaseError, match="order_fixed"), transaction.atomic():
        roadshows.draw_order(poll.roadshow, seed="1", by=staff_of(poll.region))


def test_the_clock_opens_and_closes_catches_up_and_does_nothing_twice(at_once):
    poll = a_poll()

    for _time in range(2):
        tasks.run_due_polls()
    opened = Poll.objects.get(pk=poll.pk)
    with time_machine.travel(now() + 30 * HOUR):
        for _time in range(2):
            tasks.run_due_polls()

    assert opened.status == "open"
    assert record_of(poll) == ["draft", "announced", "open", "closed", "settled"]
    assert set(StatusChange.objects.about(poll).values_list("actor__username", flat=True)[2:]) == {"system"}


def test_a_poll_whose_whole_time_passed_unopened_stays_for_staff(at_once):
    poll = a_poll()

    with time_machine.travel(now() + 30 * HOUR):
        tasks.run_due_polls()

    assert Poll.objects.get(pk=poll.pk).status == "announced"


def test_who_has_not_voted_is_reminded_once():
    poll = a_poll(voters=3, closes_at=now() + 40 * HOUR)
    polls.open_(poll, by=staff_of(poll.region))
    vote(poll, [1])

    tasks.remind_of_polls()
    early = Notice.objects.filter(kind="poll_closes_soon").count()
    with time_machine.travel(now() + 20 * HOUR):
        tasks.remind_of_polls()
        tasks.remind_of_polls()

    told = Notice.objects.filter(kind="poll_closes_soon").values_list("user", flat=True)
    assert early == 0
    assert sorted(told) == sorted(poll.roll.not_voted().values_list("user", flat=True))


def test_a_roadshow_has_one_poll_until_that_is_called_off():
    poll = a_poll()
    by = staff_of(poll.region)
    rule = {**RULE, "opens_at": now(), "closes_at": now() + HOUR}
    with pytest.raises(DatabaseError), transaction.atomic():
        polls.plan(poll.roadshow, by=by, **rule)

    polls.cancel(poll, by=by, reason="规则有误")

    assert polls.plan(poll.roadshow, by=by, **rule).status == "draft"


def test_results_of_a_tie_cannot_be_rewritten():
    poll = an_open_poll()
    vote(poll, [1], [2])
    close(poll)

    with pytest.raises(DatabaseError, match="poll_not_counting"), transaction.atomic():
        PollResult.objects.filter(outcome="tied").update(votes=9)
