"""Places that become free: while a tie waits, by run-off, one after another, given up, and in the downloaded file."""

import csv
from io import StringIO

import pytest
from django.core.management import call_command

from communities.models import Refused
from projects.models import Project
from projects.services import counting, objections, projects, public_notices, roadshows, withdrawals
from tests.factories import UserFactory
from tests.invariants.test_03_anyone_can_recount import by_hand, downloaded
from tests.projects.test_ties import opened, run_off, upheld
from tests.voting import an_evening, an_open_poll, close, options_of, outcomes_of, settle, staff_of, vote

pytestmark = pytest.mark.django_db


def two_in_and_two_equal(**rule):
    """Of four projects two are in, and two are equal behind them."""
    poll = an_open_poll(projects=4, winners=2, places=2, **rule)
    vote(poll, [1, 2], [1, 2], [1, 3], [2, 4])
    close(poll)
    return poll


def statuses_of(poll):
    return [Project.objects.get(pk=project).status for project in options_of(poll)]


def test_a_second_objection_while_the_next_are_tied_frees_its_place_too():
    poll = two_in_and_two_equal()
    upheld(poll, 1)
    assert (poll.status, outcomes_of(poll)) == ("tied", ["withdrawn", "shortlisted", "tied", "tied"])

    upheld(poll, 2)

    assert (poll.status, outcomes_of(poll)) == ("settled", ["withdrawn", "withdrawn", "shortlisted", "shortlisted"])
    assert statuses_of(poll) == ["returned", "returned", "shortlisted", "shortlisted"]


def test_where_the_tie_goes_on_it_is_drawn_for_both_places():
    poll = an_open_poll(projects=5, winners=2, places=2, voters=6)
    vote(poll, [1, 2], [1, 2], [1, 3], [2, 4], [5])
    close(poll)
    upheld(poll, 1)
    upheld(poll, 2)
    assert (poll.status, counting.tied_in(poll)) == ("tied", options_of(poll)[2:])

    settle(poll, seed="8")

    assert sorted(outcomes_of(poll)) == ["not_chosen", "shortlisted", "shortlisted", "withdrawn", "withdrawn"]


def test_the_next_in_line_who_are_equal_hold_the_announced_run_off():
    poll = two_in_and_two_equal(tie_rule="runoff")
    upheld(poll, 1)
    with pytest.raises(Refused) as no:
        settle(poll, seed="8")

    again = opened(run_off(poll))
    vote(again, [2], [2], [1])
    close(again)

    poll.refresh_from_db()
    assert no.value.code == "runoff_needed"
    assert options_of(again) == options_of(poll)[2:]
    assert (poll.status, outcomes_of(poll)) == ("settled", ["withdrawn", "shortlisted", "not_chosen", "shortlisted"])
    assert statuses_of(poll) == ["returned", "shortlisted", "not_chosen", "shortlisted"]


def test_a_place_freed_during_the_run_off_is_given_by_it_too():
    poll = two_in_and_two_equal(tie_rule="runoff")
    upheld(poll, 1)
    again = opened(run_off(poll))
    vote(again, [2])

    upheld(poll, 2)
    assert poll.status == "tied"
    close(again)

    poll.refresh_from_db()
    assert (again.status, poll.status) == ("settled", "settled")
    assert outcomes_of(poll) == ["withdrawn", "withdrawn", "shortlisted", "shortlisted"]


def test_a_project_on_its_next_roadshow_stays_there_when_the_first_vote_is_settled_anew():
    poll = two_in_and_two_equal()
    by = staff_of(poll.region)
    out = upheld(poll, 1)
    project = Project.objects.get(pk=out.pk)
    project.move(Project.Status.SUBMITTED, by=by)
    projects.accept(project, by=by)
    next_one = an_evening(poll.region, projects=1, voters=0, by=by)
    there = [entry.project for entry in next_one.entries.select_related("project")]
    roadshows.arrange(next_one, order=[*there, project], by=by)

    settle(poll, seed="8")

    project.refresh_from_db()
    assert project.status == "in_roadshow"


@pytest.mark.parametrize("ended", ["taken down", "running"])
def test_an_upheld_objection_sends_the_project_back_even_if_the_notice_was_taken_down(ended):
    poll = an_open_poll(projects=3, winners=1)
    vote(poll, [1], [1], [2])
    close(poll)
    by = staff_of(poll.region)
    project = poll.results.get(outcome="shortlisted").project
    notice = public_notices.publish(project, by=by)
    objection = objections.object_to(notice, by=UserFactory(), text="收费过高")
    if ended == "taken down":
        public_notices.stop(notice, by=by, reason="天数写错了")

    objections.uphold(objection, by=by, reason="收费确实过高")

    assert outcomes_of(poll) == ["withdrawn", "shortlisted", "not_chosen"]
    assert statuses_of(poll) == ["returned", "shortlisted", "not_chosen"]


# -- given up by the team


def given_up(poll, place):
    """The team of the project at this place of the order withdraws it."""
    withdrawals.withdraw(Project.objects.get(pk=options_of(poll)[place - 1]), by=UserFactory(), reason="队长病了")
    poll.refresh_from_db()


@pytest.mark.parametrize("noticed", [False, True])
def test_the_place_of_a_team_that_withdraws_goes_to_the_next_in_line(noticed, browse):
    poll = an_open_poll(projects=3, winners=1)
    vote(poll, [1], [1], [2])
    close(poll)
    first, second, _third = (Project.objects.get(pk=project) for project in options_of(poll))
    if noticed:
        public_notices.publish(first, by=staff_of(poll.region))

    given_up(poll, 1)

    assert (poll.status, outcomes_of(poll)) == ("settled", ["given_up", "shortlisted", "not_chosen"])
    assert statuses_of(poll) == ["withdrawn", "shortlisted", "not_chosen"]
    assert poll.results.get(moved_up=True).project == second
    page = browse().get(poll.get_absolute_url()).content.decode()
    assert [words in page for words in ("队伍已撤回", "递补", first.title, "队长病了")] == [True, True, True, False]
    later = public_notices.publish(second, by=staff_of(poll.region))
    assert first.title in browse().get(later.get_absolute_url()).content.decode()


def test_where_the_next_are_equal_a_place_given_up_ties_the_poll_as_one_freed_by_an_objection_does():
    poll = two_in_and_two_equal()
    given_up(poll, 1)
    assert (poll.status, outcomes_of(poll)) == ("tied", ["given_up", "shortlisted", "tied", "tied"])

    upheld(poll, 2)

    assert (poll.status, outcomes_of(poll)) == ("settled", ["given_up", "withdrawn", "shortlisted", "shortlisted"])
    assert poll.results.filter(moved_up=True).count() == 2


def test_a_tie_for_a_place_given_up_is_settled_and_the_withdrawn_stays_withdrawn():
    poll = two_in_and_two_equal()
    given_up(poll, 1)

    settle(poll, seed="8")

    assert sorted(outcomes_of(poll)) == ["given_up", "not_chosen", "shortlisted", "shortlisted"]
    assert statuses_of(poll)[0] == "withdrawn"
    assert poll.results.get(moved_up=True).outcome == "shortlisted"


def test_where_nobody_is_next_by_the_rule_a_place_given_up_stays_free():
    poll = an_open_poll(projects=3, winner_rule="share", share=50)
    vote(poll, [1], [1], [2])
    close(poll)

    given_up(poll, 1)

    assert (poll.status, outcomes_of(poll)) == ("settled", ["given_up", "not_chosen", "not_chosen"])


# -- what the download says


def selected(poll):
    """The projects that the file says were chosen by the vote."""
    out = StringIO()
    call_command("export_poll", poll.pk, stdout=out)
    rows = list(csv.reader(out.getvalue().splitlines(), delimiter=";"))
    first, last = rows.index(["PROJECTS"]) + 2, rows.index(["VOTES"])
    return [int(project) for project, *_rest, is_selected in rows[first:last] if is_selected == "1"]


def by_lot(poll):
    upheld(poll, 1)
    settle(poll, seed="8")


def one_after_another(poll):
    upheld(poll, 1)
    upheld(poll, 2)


@pytest.mark.parametrize(
    ("ballots", "then"),
    [
        ([[1], [1], [2], [3]], by_lot),
        ([[1], [1], [1], [2], [2], [3]], None),
        ([[1], [1], [2]], lambda poll: given_up(poll, 1)),
    ],
)
def test_the_file_names_whom_the_vote_chose_whatever_became_of_it(ballots, then, client, tmp_path):
    poll = an_open_poll(projects=3, winners=1, voters=6)
    vote(poll, *ballots)
    close(poll)
    first = options_of(poll)[0]

    (then or one_after_another)(poll)

    assert selected(poll) == [first]
    assert by_hand(downloaded(client, poll, "poll-pb", tmp_path / "poll.pb"))["shortlisted"] == [first]
    assert counting.recount(poll)["shortlisted"] == [first]


def test_the_page_says_who_moved_up_by_lot(client):
    poll = an_open_poll(projects=3, winners=1)
    vote(poll, [1], [1], [2], [3])
    close(poll)

    by_lot(poll)

    assert poll.results.get(outcome="shortlisted").moved_up
    assert not poll.results.filter(outcome="withdrawn", moved_up=True).exists()


def test_command_and_script_agree_while_a_place_is_tied_whose_poll_was_tied_before(client, tmp_path):
    poll = an_open_poll(projects=4, winners=2, places=2, voters=6, tie_rule="runoff")
    vote(poll, [1], [1], [2], [3], [4])
    close(poll)
    again = opened(run_off(poll))
    vote(again, [1], [1])
    close(again)
    poll.refresh_from_db()
    assert outcomes_of(poll) == ["shortlisted", "shortlisted", "not_chosen", "not_chosen"]

    upheld(poll, 1)

    assert poll.status == "tied"
    pb = by_hand(downloaded(client, poll, "poll-pb", tmp_path / "poll.pb"))
    assert counting.recount(poll)["shortlisted"] == pb["shortlisted"] == sorted(options_of(poll)[:2])
