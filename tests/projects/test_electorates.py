"""Who votes: representatives with seats and substitutes, a list, experts; each once, the interested struck."""

import pytest
from django.db import DatabaseError, transaction

from communities.models import Refused
from communities.services import place_codes
from projects.models import Expert, ListedVoter, Substitution, VoterRollEntry
from projects.services import electorates, polls, presences
from tests.factories import RegionFactory, ResidentFactory, TeamContactFactory, UserFactory
from tests.voting import a_poll, an_open_poll, staff_of, vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return RegionFactory()


def a_representative(region, grid="第一网格"):
    return ResidentFactory(region=region, is_representative=True, grid=grid)


def a_poll_of_representatives(region, **rule):
    return a_poll(region, voters=0, electorate="representatives", **rule)


def residents_on(poll):
    return set(poll.roll.values_list("resident", flat=True))


def test_a_substitute_votes_in_the_place_of_a_named_representative(region):
    absent, present, deputy = a_representative(region), a_representative(region), ResidentFactory(region=region)
    poll, by = a_poll_of_representatives(region), staff_of(region)

    electorates.substitute(poll, absent=absent, substitute=deputy, reason="住院", by=by)
    polls.open_(poll, by=by)

    assert residents_on(poll) == {present.pk, deputy.pk}
    assert poll.roll.get(resident=deputy).stands_for == absent


def test_a_substitution_is_taken_back(region):
    absent, deputy = a_representative(region), ResidentFactory(region=region)
    poll, by = a_poll_of_representatives(region), staff_of(region)
    made = electorates.substitute(poll, absent=absent, substitute=deputy, reason="住院", by=by)

    electorates.end_substitution(made, by=by)
    polls.open_(poll, by=by)

    assert residents_on(poll) == {absent.pk}


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (lambda r: (ResidentFactory(region=r), ResidentFactory(region=r)), "not_a_representative"),
        (lambda r: (a_representative(r), a_representative(r)), "not_a_substitute"),
        (lambda r: (a_representative(r), ResidentFactory()), "not_a_substitute"),
        (lambda r: (a_representative(RegionFactory()), ResidentFactory(region=r)), "not_a_representative"),
    ],
)
def test_only_residents_of_the_community_stand_in_for_representatives(region, who, code):
    poll = a_poll_of_representatives(region)
    absent, deputy = who(region)

    with pytest.raises(Refused) as no:
        electorates.substitute(poll, absent=absent, substitute=deputy, reason="住院", by=staff_of(region))

    assert no.value.code == code


def test_a_grid_has_no_more_representatives_than_seats(region):
    for grid in ["第一网格", "第一网格", "第二网格"]:
        a_representative(region, grid)

    with pytest.raises(Refused) as no:
        a_poll_of_representatives(region, seats_per_grid=1)

    assert no.value.code == "too_many_seats"
    assert "第一网格 (2)" in str(no.value)
    assert "第二网格" not in str(no.value)


def test_a_substitute_from_another_grid_takes_the_seat_of_the_absent(region):
    absent, deputy = a_representative(region, "第一网格"), ResidentFactory(region=region, grid="第二网格")
    present = a_representative(region, "第二网格")
    poll, by = a_poll_of_representatives(region, seats_per_grid=1), staff_of(region)
    electorates.substitute(poll, absent=absent, substitute=deputy, reason="住院", by=by)

    polls.open_(poll, by=by)

    assert residents_on(poll) == {deputy.pk, present.pk}


@pytest.mark.parametrize("gone", [{"is_representative": False}, {"status": "left", "is_representative": False}])
def test_with_the_seat_of_the_absent_the_substitutes_vote_is_gone(region, gone):
    absent, deputy, successor = a_representative(region), ResidentFactory(region=region), ResidentFactory(region=region)
    poll, by = a_poll_of_representatives(region), staff_of(region)
    electorates.substitute(poll, absent=absent, substitute=deputy, reason="住院", by=by)
    type(absent).objects.filter(pk=absent.pk).update(**gone)
    type(absent).objects.filter(pk=successor.pk).update(is_representative=True)

    polls.open_(poll, by=by)

    assert residents_on(poll) == {successor.pk}


def test_who_is_on_the_uploaded_list_votes_and_nobody_else(region):
    mine, other, elsewhere = ResidentFactory(region=region), ResidentFactory(region=region), ResidentFactory()
    poll, by = a_poll(region, voters=0, electorate="list"), staff_of(region)

    first = electorates.set_list(poll, residents=[mine, other], by=by)
    second = electorates.set_list(poll, residents=[mine, mine, elsewhere], by=by)
    polls.open_(poll, by=by)

    assert (first, second) == (2, 1)
    assert residents_on(poll) == {mine.pk}


def test_a_rule_with_experts_needs_some(region):
    with pytest.raises(Refused) as no:
        a_poll(region, expert_weight=30)

    assert no.value.code == "no_experts"


def test_an_expert_who_speaks_for_a_presenting_team_is_struck(region):
    expert = UserFactory()
    poll = a_poll(region, experts=[expert, UserFactory()], expert_weight=30)
    TeamContactFactory(team=poll.roadshow.entries.first().project.team, user=expert)

    polls.open_(poll, by=staff_of(region))

    assert "团队" in poll.roll.get(user=expert).struck or "队伍" in poll.roll.get(user=expert).struck
    assert poll.expert_roll == 1


def test_who_votes_is_fixed_when_the_poll_opens(region):
    absent, deputy = a_representative(region), ResidentFactory(region=region)
    poll, by = a_poll_of_representatives(region), staff_of(region)
    polls.open_(poll, by=by)

    for change in [
        lambda: electorates.substitute(poll, absent=absent, substitute=deputy, reason="住院", by=by),
        lambda: electorates.set_list(poll, residents=[deputy], by=by),
        lambda: electorates.name_expert(poll, user=UserFactory(), by=by),
    ]:
        with pytest.raises(Refused) as no:
            change()
        assert no.value.code == "electorate_frozen"
    for model, fields in [
        (Substitution, {"absent": absent, "substitute": deputy, "reason": "x"}),
        (ListedVoter, {"resident": deputy}),
        (Expert, {"user": UserFactory()}),
        (VoterRollEntry, {"resident": deputy}),
    ]:
        with pytest.raises(DatabaseError, match=r"electorate_frozen|roll_frozen"), transaction.atomic():
            model.objects.create(poll=poll, **fields)


# -- who is there


def test_the_quorum_may_count_who_is_present(region):
    poll = a_poll(region, voters=4, quorum=50, quorum_counts="present")
    by, people = staff_of(region), list(poll.region.residents.order_by("pk"))
    presences.check_in(poll, ticket=presences.scan(poll, code=_shown(poll)), by=people[0].user)
    polls.open_(poll, by=by)
    presences.take(poll, resident=people[1], by=by)
    presences.take(poll, resident=people[1], by=by)

    polls.close(poll, by=by, reason="到点")

    assert (poll.status, poll.present, poll.voted, poll.votes_needed) == ("settled", 2, 0, 2)
    assert set(poll.presences.values_list("how", flat=True)) == {"code", "staff"}


def test_too_few_present_fails_however_many_voted(region):
    poll = an_open_poll(region, voters=3, quorum=50, quorum_counts="present")
    vote(poll, [1], [1], [1])

    polls.close(poll, by=staff_of(region), reason="到点")

    assert (poll.status, poll.present, poll.voted) == ("failed", 0, 3)


@pytest.mark.parametrize("kind", ["stranger", "struck off", "closed", "old code"])
def test_who_does_not_belong_there_does_not_check_in(region, kind):
    poll = a_poll(region, voters=1)
    user = UserFactory() if kind == "stranger" else poll.region.residents.get().user
    code = _shown(poll) if kind != "old code" else "poll-1.1:forged"
    if kind == "struck off":
        poll.region.residents.update(status="left")
    if kind == "closed":
        polls.cancel(poll, by=staff_of(region), reason="改期")

    with pytest.raises(Refused):
        presences.check_in(poll, ticket=presences.scan(poll, code=code), by=user)

    assert not poll.presences.exists()


def _shown(poll):
    return place_codes.show(poll)
