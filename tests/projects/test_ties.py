"""A tie stops the round; what was announced beforehand settles it: a lot, all, or a run-off."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from communities.grants import Role
from communities.models import Refused, StatusChange
from projects.models import Poll
from projects.services import counting, electorates, objections, polls, public_notices, runoffs
from tests.factories import RegionFactory, ResidentFactory, UserFactory
from tests.voting import a_poll, an_open_poll, close, options_of, outcomes_of, settle, staff_of, vote

pytestmark = pytest.mark.django_db


def run_off(poll, **times):
    hour = timedelta(hours=1)
    return runoffs.plan(poll, by=staff_of(poll.region), **{"opens_at": now(), "closes_at": now() + hour, **times})


def opened(poll):
    polls.announce(poll, by=staff_of(poll.region))
    polls.open_(poll, by=staff_of(poll.region))
    return poll


@pytest.fixture
def tied():
    """Of four projects the first is in, and two of the same support follow; two places, a run-off was announced."""
    poll = an_open_poll(projects=4, winners=2, places=2, tie_rule="runoff", voters=5)
    vote(poll, [1, 2], [1, 3], [1, 4], [2, 3])
    close(poll)
    return poll


def test_a_run_off_among_the_tied_settles_it(tied):
    assert outcomes_of(tied) == ["shortlisted", "tied", "tied", "not_chosen"]
    with pytest.raises(Refused) as no:
        settle(tied, seed="1")

    again = opened(run_off(tied))
    vote(again, [2], [2], [1])
    close(again)

    tied.refresh_from_db()
    assert no.value.code == "runoff_needed"
    assert options_of(again) == options_of(tied)[1:3]
    assert (again.winners, again.max_choices, again.status) == (1, 1, "settled")
    assert (tied.status, outcomes_of(tied)) == ("settled", ["shortlisted", "not_chosen", "shortlisted", "not_chosen"])
    assert [r.project.status for r in tied.results.order_by("project")] == [
        "shortlisted",
        "not_chosen",
        "shortlisted",
        "not_chosen",
    ]


def test_there_is_one_run_off_at_a_time(tied):
    run_off(tied)

    with pytest.raises(Refused) as no:
        run_off(tied)

    assert no.value.code == "no_runoff"


def test_equal_again_a_lot_is_drawn(tied):
    again = opened(run_off(tied))
    vote(again, [1], [2])
    close(again)
    assert (again.status, counting.needs_lot(again)) == ("tied", True)

    settle(again, seed="5-1")

    tied.refresh_from_db()
    assert tied.status == "settled"
    assert outcomes_of(tied).count("shortlisted") == 2


def test_after_a_run_off_without_a_quorum_a_lot_settles(tied):
    again = run_off(tied)
    Poll.objects.filter(pk=again.pk).update(quorum=90)
    again.refresh_from_db()
    opened(again)
    vote(again, [1])
    close(again)

    settle(tied, seed="5-1")

    assert again.status == "failed"
    assert tied.status == "settled"


def test_a_tie_over_money_is_settled_further_down_too():
    poll = an_open_poll(projects=4, costs=[300, 300, 300, 100], winner_rule="budget_skip", budget=500, max_choices=4)
    vote(poll, [1, 2, 3, 4], [1, 2, 3])
    close(poll)
    assert outcomes_of(poll) == ["tied", "tied", "tied", "waiting"]

    settle(poll, seed="2-2")

    assert sorted(outcomes_of(poll)) == ["not_chosen", "not_chosen", "shortlisted", "shortlisted"]
    assert outcomes_of(poll)[3] == "shortlisted"


def test_a_run_off_over_money_has_what_is_left():
    rule = {"winner_rule": "budget_skip", "budget": 500, "max_choices": 3, "tie_rule": "runoff"}
    poll = an_open_poll(projects=3, costs=[100, 300, 300], **rule)
    vote(poll, [1, 2, 3], [1])
    close(poll)

    again = opened(run_off(poll))
    vote(again, [2])
    close(again)

    poll.refresh_from_db()
    assert again.budget == 400
    assert (poll.status, outcomes_of(poll)) == ("settled", ["shortlisted", "not_chosen", "shortlisted"])


def upheld(poll, place):
    """An objection against the project at this place of the order is upheld."""
    project = poll.results.get(project=options_of(poll)[place - 1]).project
    notice = public_notices.publish(project, by=staff_of(poll.region))
    objection = objections.object_to(notice, by=UserFactory(), text="收费过高")
    objections.uphold(objection, by=staff_of(poll.region), reason="收费确实过高")
    poll.refresh_from_db()
    project.refresh_from_db()
    return project


def test_when_an_objection_is_upheld_the_next_in_line_moves_up():
    poll = an_open_poll(projects=4, winners=1)
    vote(poll, [1, 2], [1, 2], [1, 3])
    close(poll)

    out = upheld(poll, 1)

    assert outcomes_of(poll) == ["withdrawn", "shortlisted", "not_chosen", "not_chosen"]
    next_one = poll.results.get(outcome="shortlisted")
    assert (next_one.moved_up, next_one.project.status, out.status) == (True, "shortlisted", "returned")
    assert "moved_up" in StatusChange.objects.about(poll).values_list("new", flat=True)


def test_where_the_next_are_equal_the_poll_is_tied_again():
    poll = an_open_poll(projects=4, winners=1)
    vote(poll, [1, 2], [1, 3])
    close(poll)

    upheld(poll, 1)

    assert (poll.status, outcomes_of(poll)) == ("tied", ["withdrawn", "tied", "tied", "not_chosen"])
    settle(poll, seed="8")
    assert sorted(outcomes_of(poll)) == ["not_chosen", "not_chosen", "shortlisted", "withdrawn"]
    assert poll.results.get(outcome="shortlisted").project.status == "shortlisted"


def test_by_the_order_of_the_lot_that_was_drawn_before():
    poll = an_open_poll(projects=3, winners=2, places=2, voters=3)
    vote(poll, [1, 2], [1, 3])
    close(poll)
    settle(poll, seed="8")

    upheld(poll, 1)

    assert (poll.status, outcomes_of(poll)) == ("settled", ["withdrawn", "shortlisted", "shortlisted"])


def test_the_money_that_becomes_free_goes_to_the_next_who_fits():
    poll = an_open_poll(projects=3, costs=[300, 250, 200], winner_rule="budget_skip", budget=500, max_choices=3)
    vote(poll, [1, 2, 3], [1, 2], [1])
    close(poll)
    assert outcomes_of(poll) == ["shortlisted", "not_chosen", "shortlisted"]

    upheld(poll, 1)

    assert outcomes_of(poll) == ["withdrawn", "shortlisted", "shortlisted"]


def test_where_all_above_a_share_win_nobody_moves_up():
    poll = an_open_poll(winner_rule="share", share=50)
    vote(poll, [1, 2], [1])
    close(poll)

    upheld(poll, 1)

    assert outcomes_of(poll) == ["withdrawn", "not_chosen", "not_chosen"]


# -- from the control page of the evening


def control_of(poll):
    return reverse("projects:control", args=[poll.pk])


def test_a_lot_is_drawn_from_the_control_page(browse):
    poll = an_open_poll(voters=2)
    vote(poll, [1], [2])
    close(poll)
    client, url = browse(staff_of(poll.region)), control_of(poll)

    page = client.get(url)
    without = [client.post(url, {"settle": "1", **said}) for said in ({"settle-sure": "on"}, {"settle-seed": "4 2 6"})]
    client.post(url, {"settle": "1", "settle-seed": "4 2 6", "settle-sure": "on"})
    poll.refresh_from_db()

    assert [result.outcome for result in page.context["tied"]] == ["tied", "tied"]
    assert set(page.context["forms"]) == {"held", "settle"}
    assert [list(answer.context["forms"]["settle"].errors) for answer in without] == [["seed"], ["sure"]]
    assert (poll.status, poll.lot_seed) == ("settled", "4 2 6")
    assert set(client.get(url).context["forms"]) == {"held"}


def test_all_the_tied_are_taken_from_the_control_page_where_places_suffice(browse):
    poll = an_open_poll(voters=2, tie_rule="all", places=2)
    vote(poll, [1], [2])
    close(poll)

    browse(staff_of(poll.region)).post(control_of(poll), {"settle": "1", "settle-sure": "on"})

    poll.refresh_from_db()
    assert (poll.status, outcomes_of(poll)) == ("settled", ["shortlisted", "shortlisted", "not_chosen"])


def test_a_run_off_is_planned_announced_and_opened_from_the_control_page(browse, tied):
    client = browse(staff_of(tied.region))

    refused = client.post(control_of(tied), {"settle": "1", "settle-seed": "1", "settle-sure": "on"})
    planned = client.post(
        control_of(tied), {"runoff": "1", "runoff-begins": "0", "runoff-lasts": "15", "runoff-sure": "on"}
    )
    again = tied.runoffs.get()
    client.post(control_of(again), {"announce": "1", "announce-sure": "on"})
    client.post(control_of(again), {"open": "1", "open-sure": "on"})
    again.refresh_from_db()

    assert refused.status_code == 200
    assert planned.url == control_of(again)
    assert again.closes_at - again.opens_at == timedelta(minutes=15)
    assert again.status == "open"
    page = client.get(control_of(tied))
    assert (page.context["runoff"], set(page.context["forms"])) == (again, {"held"})
    assert control_of(again) in page.content.decode()


def test_who_might_vote_may_vote_in_the_run_off():
    region, experts = RegionFactory(), [UserFactory(), UserFactory()]
    poll = a_poll(region, voters=0, electorate="list", tie_rule="runoff", expert_weight=30, experts=experts)
    listed = [ResidentFactory(region=region, user=UserFactory()) for _n in range(2)]
    ResidentFactory(region=region)
    electorates.set_list(poll, residents=listed, by=staff_of(region))
    polls.open_(poll, by=staff_of(region))
    vote(poll, [1], [2])
    close(poll)

    again = opened(run_off(poll))

    assert set(again.roll.people().values_list("resident", flat=True)) == {one.pk for one in listed}
    assert set(again.roll.experts().values_list("user", flat=True)) == {one.pk for one in experts}


def test_the_console_leads_to_the_venue_those_alone_who_may_go_there(browse, person, street):
    poll = a_poll(RegionFactory(parent=street))
    page, links = (
        f"/admin/projects/poll/{poll.pk}/change/",
        [control_of(poll), reverse("projects:hall", args=[poll.pk])],
    )

    told = {
        who: [link in browse(user).get(page).content.decode() for link in links]
        for who, user in {"staff": staff_of(poll.region), "street": person(Role.STREET_STAFF, street)}.items()
    }

    assert told == {"staff": [True, True], "street": [False, False]}
