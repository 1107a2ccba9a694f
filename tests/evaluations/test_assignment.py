"""The plan of who scores what: minimum met or named, loads as even as can be, no interests, the same for a seed."""

from collections import Counter
from itertools import combinations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluations.assignment import draw_up, loads, short_of

GROUPS = ("residents", "street")


@st.composite
def committees(draw, members=8, projects=10):
    """A committee, its projects, what each needs, and who has an interest in what."""
    seats = {100 + n: draw(st.sampled_from(GROUPS)) for n in range(draw(st.integers(0, members)))}
    numbers = list(range(draw(st.integers(0, projects))))
    apart = draw(st.sets(st.tuples(st.sampled_from(numbers or [0]), st.sampled_from(list(seats) or [0])), max_size=12))
    minima = {group: draw(st.integers(0, 4)) for group in GROUPS}
    return numbers, seats, minima, frozenset(apart)


@given(committees(), st.text(max_size=8))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_minimum_is_met_or_named_as_impossible_and_nobody_gets_what_concerns_them(case, seed):
    projects, members, minima, apart = case

    plan = draw_up(projects, members, minima=minima, seed=seed, interests=apart)

    assert not plan.pairs & apart
    assert {p for p, _m in plan.pairs} <= set(projects)
    have = Counter((p, members[m]) for p, m in plan.pairs)
    missing = {(each.project, each.group): (each.have, each.wanted) for each in plan.short}
    for project, group in product(projects, GROUPS):
        free = sum(of == group and (project, m) not in apart for m, of in members.items())
        assert have[project, group] == min(minima[group], free)
        expected = (free, minima[group]) if free < minima[group] else None
        assert missing.get((project, group)) == expected
    assert list(plan.short) == short_of(plan.pairs, projects, members, minima)


@given(committees(), st.text(max_size=8))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_without_interests_loads_differ_by_one_at_most(case, seed):
    projects, members, minima, _apart = case

    plan = draw_up(projects, members, minima=minima, seed=seed)

    for group in GROUPS:
        own = loads(plan.pairs, members)
        counts = [own[m] for m, of in members.items() if of == group]
        assert max(counts, default=0) - min(counts, default=0) <= 1


@given(committees(members=4, projects=3), st.text(max_size=8))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
def test_with_interests_no_plan_is_more_even(case, seed):
    projects, members, minima, apart = case

    plan = draw_up(projects, members, minima=minima, seed=seed, interests=apart)

    for group in GROUPS:
        own = [m for m, of in members.items() if of == group]
        counts = loads(plan.pairs, members)
        assert sum(counts[m] ** 2 for m in own) == min(evenness(projects, own, minima[group], apart), default=0)


def evenness(projects, own, least, apart):
    """Of every plan there is, the sum of the squares of the loads."""
    ways = []
    for project in projects:
        free = [m for m in own if (project, m) not in apart]
        ways.append(list(combinations(free, min(least, len(free)))))
    for chosen in product(*ways):
        yield sum(n * n for n in Counter(m for team in chosen for m in team).values())


@given(committees(), st.text(max_size=8), st.randoms())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_seed_gives_the_same_plan_in_whatever_order(case, seed, random):
    projects, members, minima, apart = case
    shuffled, turned = list(projects), list(members.items())
    random.shuffle(shuffled)
    random.shuffle(turned)

    first = draw_up(projects, members, minima=minima, seed=seed, interests=apart)
    second = draw_up(shuffled, dict(turned), minima=minima, seed=seed, interests=set(apart))

    assert first == second


@given(committees(), committees(), st.text(max_size=8))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_kept_stays_unless_it_is_an_interest(case, other, seed):
    projects, members, minima, apart = case
    kept = draw_up(other[0], other[1], minima=other[2], seed=seed).pairs

    plan = draw_up(projects, members, minima=minima, seed=seed, interests=apart, kept=kept)

    stays = {(p, m) for p, m in kept - apart if p in projects and m in members}
    assert stays <= plan.pairs
    assert not plan.pairs & apart


def test_another_seed_gives_another_plan():
    members = dict.fromkeys(range(6), "street")

    plans = {draw_up(range(12), members, minima={"street": 2}, seed=str(n)).pairs for n in range(5)}

    assert len(plans) == 5


def test_a_city_is_drawn_up_in_seconds():
    members = {n: GROUPS[n % 2] for n in range(500)}
    apart = {(n, n % 500) for n in range(0, 9600, 7)}

    plan = draw_up(range(9600), members, minima=dict.fromkeys(GROUPS, 3), seed="2026", interests=apart)

    assert (len(plan.pairs), plan.short) == (9600 * 6, ())
    counts = loads(plan.pairs, members).values()
    assert max(counts) - min(counts) <= 1
