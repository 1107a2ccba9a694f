"""The counting rule against a naive oracle."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from projects import tally

PROJECTS = (11, 12, 13, 14, 15)
BALLOTS = st.lists(st.lists(st.sampled_from(PROJECTS), min_size=1, max_size=4), max_size=25)
WINNERS = st.integers(1, 5)


def outcomes(ballots, winners):
    lines = tally.result(tally.count(ballots, projects=PROJECTS), winners=winners)
    return {line.project: line.outcome for line in lines}


def naive(ballots, winners):
    """Hand out places one rank at a time; the rank that does not fit whole is tied."""
    votes = Counter({project: sum(project in ballot for ballot in ballots) for project in PROJECTS})
    found, free = dict.fromkeys(PROJECTS, tally.NOT_CHOSEN), winners
    for number in sorted({n for n in votes.values() if n}, reverse=True):
        equal = [project for project in PROJECTS if votes[project] == number]
        if free <= 0:
            break
        found |= dict.fromkeys(equal, tally.SHORTLISTED if len(equal) <= free else tally.TIED)
        free -= len(equal)
    return found


@given(BALLOTS, WINNERS)
def test_as_the_naive_oracle_says(ballots, winners):
    assert outcomes(ballots, winners) == naive(ballots, winners)


@given(BALLOTS, WINNERS, st.randoms())
def test_the_order_of_ballots_changes_nothing(ballots, winners, random):
    mixed = [random.sample(ballot, len(ballot)) for ballot in ballots]
    random.shuffle(mixed)

    assert outcomes(mixed, winners) == outcomes(ballots, winners)


@given(BALLOTS, WINNERS, st.data())
def test_another_approval_never_hurts_the_approved(ballots, winners, data):
    rank = [tally.NOT_CHOSEN, tally.TIED, tally.SHORTLISTED].index
    project = data.draw(st.sampled_from(PROJECTS))
    before = outcomes(ballots, winners)[project]

    after = outcomes([*ballots, [project]], winners)[project]

    assert rank(after) >= rank(before)


@given(BALLOTS, WINNERS)
def test_ties_are_found_and_never_decided(ballots, winners):
    lines = tally.result(tally.count(ballots, projects=PROJECTS), winners=winners)
    sure = [line for line in lines if line.outcome == tally.SHORTLISTED]
    between = [line for line in lines if line.outcome == tally.TIED]

    assert len({line.votes for line in between}) <= 1
    assert len(sure) <= winners
    assert not between or len(sure) < winners < len(sure) + len(between)


@given(st.sets(st.integers(1, 99), min_size=2, max_size=9), st.text(), st.integers(1, 8))
def test_the_lot_is_reproducible_and_does_not_look_at_the_order(projects, seed, places):
    drawn = tally.draw(sorted(projects), seal="ab", seed=seed, places=places)

    assert drawn == tally.draw(sorted(projects, reverse=True), seal="ab", seed=seed, places=places)
    assert len(drawn) == min(places, len(projects))


@given(st.decimals(0, 100, places=2), st.integers(0, 10_000))
def test_the_quorum_is_the_fewest_people_who_make_the_share(quorum, roll):
    needed = tally.voters_needed(quorum, roll=roll)

    assert needed * 100 >= quorum * roll
    assert needed == 0 or (needed - 1) * 100 < quorum * roll


def test_examples():
    assert tally.voters_needed(Decimal("50"), roll=61) == 31
    assert [(line.project, line.rank) for line in tally.result({1: 5, 2: 3, 3: 3, 4: 1}, winners=1)] == [
        (1, 1),
        (2, 2),
        (3, 2),
        (4, 4),
    ]
    assert {line.outcome for line in tally.result({1: 5, 2: 3}, winners=1, quorate=False)} == {tally.NO_QUORUM}
