"""The scoring core against a naive oracle, and by its own laws."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.interchange import write_score
from evaluations.scoring import (
    Aggregate,
    BadScheme,
    BelowMinimum,
    Gate,
    Group,
    Indicator,
    Kind,
    Level,
    Mark,
    Method,
    Scheme,
    digest,
    score,
    score_project,
    without_each,
)

GRADES = (("5A", Decimal(90)), ("4A", Decimal(80)), ("3A", Decimal(70)), ("2A", Decimal(60)), ("1A", Decimal(0)))
FULL = Decimal(10)


ONE_GROUP = (Group(code="g", weight=Decimal(1)),)


def scheme_of(*indicators, groups=ONE_GROUP, **fields):
    return Scheme(groups=groups, indicators=indicators, grades=GRADES, **fields)


def leaf(code="a", weight="100", full="10", groups=("g",), kind=Kind.SCORE):
    return Indicator(code=code, full=Decimal(full), weight=Decimal(weight), groups=groups, kind=kind)


def marks_of(*values, group="g", indicator="a", prefix="m"):
    return [
        Mark(
            project="p",
            member=f"{prefix}{number}",
            group=group,
            indicator=indicator,
            value=None if value is None else Decimal(value),
        )
        for number, value in enumerate(values)
    ]


aggregates = st.builds(
    Aggregate,
    method=st.sampled_from(Method),
    drop_high=st.integers(0, 2),
    drop_low=st.integers(0, 2),
    minimum=st.integers(0, 5),
    below_minimum=st.sampled_from(BelowMinimum),
)
values = st.one_of(st.none(), st.integers(0, 1000).map(lambda n: Decimal(n) / 100))


@st.composite
def cases(draw):
    """A scheme of any make-up (the first indicator is scored) and marks for it, some of them missing."""
    codes = [f"g{n}" for n in range(draw(st.integers(1, 3)))]
    groups = tuple(
        Group(code=code, weight=Decimal(draw(st.integers(1, 60))), aggregate=draw(aggregates)) for code in codes
    )
    kinds = [Kind.SCORE, *draw(st.lists(st.sampled_from(Kind), max_size=2))]
    marked_by = st.lists(st.sampled_from(codes), min_size=1, unique=True).map(tuple)
    indicators = tuple(
        leaf(f"i{n}", weight=draw(st.integers(1, 50)), groups=draw(marked_by), kind=kind)
        for n, kind in enumerate(kinds)
    )
    gates = st.builds(
        Gate,
        grade=st.sampled_from([name for name, _threshold in GRADES]),
        indicator=st.sampled_from([each.code for each in indicators]),
        at_least=st.integers(0, 50).map(Decimal),
    )
    scheme = scheme_of(
        *indicators,
        groups=groups,
        places=draw(st.integers(0, 4)),
        round_at=frozenset(draw(st.lists(st.sampled_from(Level), unique=True))),
        gates=tuple(draw(st.lists(gates, max_size=2))),
        bonus_cap=draw(st.one_of(st.none(), st.integers(0, 60).map(Decimal))),
    )
    marks = [
        Mark(project="p", member=f"{code}-{n}", group=code, indicator=each.code, value=value)
        for each in indicators
        for code in each.groups
        for n, value in enumerate(draw(st.lists(values, max_size=6)))
    ]
    return scheme, marks


def oracle(scheme, marks):
    """(total, grade) as one would find them with a pencil and fractions; None when something is unmarked."""
    means = {each.code: mean_by_pencil(scheme, each, marks) for each in scheme.indicators}
    leaves = {each.code: each for each in scheme.indicators}
    points = {
        code: rounded(scheme, mean * Fraction(leaves[code].weight) / Fraction(leaves[code].full), Level.INDICATOR)
        for code, mean in means.items()
        if mean is not None
    }
    if any(each.kind == "score" and each.code not in points for each in scheme.indicators):
        return None
    by_kind = {kind: sum(points.get(e.code, 0) for e in scheme.indicators if e.kind == kind) for kind in Kind}
    extra = by_kind["bonus"] if scheme.bonus_cap is None else min(by_kind["bonus"], Fraction(scheme.bonus_cap))
    total = rounded(scheme, by_kind["score"] + extra, Level.TOTAL)
    if any(leaves[c].kind == "veto" and m is not None and m >= Fraction(leaves[c].full) / 2 for c, m in means.items()):
        return total, "1A"
    best_first = [name for name, _threshold in GRADES]
    for name, threshold in GRADES:
        shut = any(
            best_first.index(name) <= best_first.index(gate.grade) and points.get(gate.indicator, 0) < gate.at_least
            for gate in scheme.gates
        )
        if total >= threshold and not shut:
            return total, name
    return total, "1A"


def mean_by_pencil(scheme, indicator, marks):
    above = below = Fraction(0)
    for group in scheme.groups:
        given_ = sorted(
            Fraction(m.value)
            for m in marks
            if m.indicator == indicator.code and m.group == group.code and m.value is not None
        )
        how = group.aggregate
        drops = (how.drop_low, how.drop_high) if how.method == "trimmed_mean" else (0, 0)
        few = len(given_) < max(how.minimum, sum(drops) + 1)
        if not given_ or (few and how.below_minimum == "missing"):
            continue
        kept = given_ if few else given_[drops[0] : len(given_) - drops[1]]
        mean = median(kept) if how.method == "median" else sum(kept) / len(kept)
        above += Fraction(group.weight) * rounded(scheme, mean, Level.GROUP_MEAN)
        below += Fraction(group.weight)
    return above / below if below else None


def rounded(scheme, value, level):
    if level not in scheme.round_at:
        return value
    unit = 10**scheme.places
    return Fraction(int(value * unit * 2 + 1) // 2, unit)


@given(cases())
def test_agrees_with_the_oracle(case):
    scheme, marks = case
    expected = oracle(scheme, marks)

    result = score_project(scheme, "p", marks)

    if expected is None:
        assert (result.total, result.grade) == (None, None)
        assert result.missing
    else:
        exact = Decimal(expected[0].numerator) / Decimal(expected[0].denominator)
        assert abs(result.total - exact) < Decimal("1e-18")
        assert result.grade == expected[1]


@given(cases(), st.randoms())
def test_the_order_of_marks_changes_nothing(case, random):
    scheme, marks = case
    shuffled = random.sample(marks, len(marks))

    assert score_project(scheme, "p", shuffled) == score_project(scheme, "p", marks)
    assert digest(scheme, shuffled) == digest(scheme, marks)


@given(cases(), st.randoms())
def test_who_is_called_what_changes_nothing(case, random):
    """Members under other names, and so in another order, and projects beside it: the same figures."""
    scheme, marks = case
    members = sorted({mark.member for mark in marks})
    names = dict(zip(members, random.sample(members, len(members)), strict=True))
    renamed = [mark._replace(member=names[mark.member]) for mark in marks]
    others = [mark._replace(project="q", value=FULL) for mark in marks]

    one = score_project(scheme, "p", marks)
    other = next((each for each in score(scheme, renamed + others) if each.project == "p"), one)

    assert (other.total, other.grade) == (one.total, one.grade)
    assert [(each.mean, each.points) for each in other.indicators] == [
        (each.mean, each.points) for each in one.indicators
    ]


@given(cases(), st.data())
def test_raising_a_mark_never_lowers_a_total(case, data):
    scheme, marks = case
    marked = [n for n, mark in enumerate(marks) if mark.value is not None]
    before = score_project(scheme, "p", marks).total
    if not marked or before is None:
        return
    n = data.draw(st.sampled_from(marked))
    higher = data.draw(st.decimals(marks[n].value, FULL, places=2))
    raised = [*marks[:n], marks[n]._replace(value=higher), *marks[n + 1 :]]

    assert score_project(scheme, "p", raised).total >= before


@given(st.lists(st.integers(0, 100), min_size=1, max_size=9), st.integers(0, 3))
def test_trimming_is_symmetric(numbers, drop):
    """Marks turned upside down (10 - mark) give the mean turned upside down."""
    how = Aggregate(method=Method.TRIMMED_MEAN, drop_high=drop, drop_low=drop)
    scheme = scheme_of(leaf(), groups=(Group(code="g", weight=Decimal(1), aggregate=how),), round_at=frozenset())
    tenths = [Decimal(n) / 10 for n in numbers]

    up = score_project(scheme, "p", marks_of(*tenths)).total
    down = score_project(scheme, "p", marks_of(*(FULL - value for value in tenths))).total

    assert abs(up + down - 100) < Decimal("1e-18")


@given(cases(), st.integers(2, 1000))
def test_the_weights_of_the_groups_scale_out(case, factor):
    scheme, marks = case
    groups = tuple(Group(code=g.code, weight=g.weight * factor, aggregate=g.aggregate) for g in scheme.groups)
    scaled = replace(scheme, groups=groups)

    one, other = score_project(scheme, "p", marks), score_project(scaled, "p", marks)

    assert (other.total, other.grade) == (one.total, one.grade)


@given(cases())
def test_a_scheme_of_1000_points_gives_the_grades_of_one_of_100(case):
    """Ten times the points, and with them the thresholds, the cap and the gates: the same grade."""
    scheme, marks = case
    exact = replace(scheme, round_at=frozenset())
    tenfold = replace(
        exact,
        indicators=tuple(replace(each, weight=10 * each.weight) for each in scheme.indicators),
        grades=tuple((name, 10 * threshold) for name, threshold in GRADES),
        gates=tuple(replace(gate, at_least=10 * gate.at_least) for gate in scheme.gates),
        bonus_cap=None if scheme.bonus_cap is None else 10 * scheme.bonus_cap,
    )

    one, other = score_project(exact, "p", marks), score_project(tenfold, "p", marks)

    assert other.grade == one.grade
    assert one.total is None or abs(other.total - 10 * one.total) < Decimal("1e-17")


def test_a_missing_mark_is_not_a_zero():
    assert score_project(scheme_of(leaf()), "p", marks_of("8", None)).total == 80


def test_an_indicator_nobody_marked_leaves_no_grade():
    result = score_project(scheme_of(leaf("a", 50), leaf("b", 50)), "p", marks_of("8"))

    assert (result.total, result.grade, result.missing) == (None, None, ("b",))


def test_a_group_without_marks_gives_its_weight_to_the_others():
    groups = (Group(code="g", weight=Decimal(30)), Group(code="h", weight=Decimal(70)))
    result = score_project(scheme_of(leaf(groups=("g", "h")), groups=groups), "p", marks_of("8"))

    (figure,) = result.indicators
    assert (result.total, figure.weight_used) == (80, 30)
    assert [(group.code, group.mean, group.points) for group in figure.groups] == [("g", 8, 80), ("h", None, None)]


def test_trimming_says_which_marks_it_dropped():
    how = Aggregate(method=Method.TRIMMED_MEAN, drop_high=1, drop_low=1, minimum=3)
    scheme = scheme_of(leaf(), groups=(Group(code="g", weight=Decimal(1), aggregate=how),))

    (group,) = score_project(scheme, "p", marks_of("10", "7", "8", "1")).indicators[0].groups

    assert (group.dropped, group.mean) == ((("m3", Decimal(1)), ("m0", Decimal(10))), Decimal("7.50"))


@pytest.mark.parametrize(("rule", "mean"), [(BelowMinimum.UNTRIMMED, Decimal("5.50")), (BelowMinimum.MISSING, None)])
def test_below_the_minimum_nothing_is_trimmed_or_nothing_counts(rule, mean):
    how = Aggregate(method=Method.TRIMMED_MEAN, drop_high=1, drop_low=1, minimum=3, below_minimum=rule)
    scheme = scheme_of(leaf(), groups=(Group(code="g", weight=Decimal(1), aggregate=how),))

    (group,) = score_project(scheme, "p", marks_of("10", "1")).indicators[0].groups

    assert (group.mean, group.below_minimum) == (mean, True)


@pytest.mark.parametrize(
    ("mark", "grade"),
    [("9", "5A"), ("8.999", "4A"), ("8", "4A"), ("7", "3A"), ("6", "2A"), ("5.99", "1A"), ("0", "1A")],
)
def test_thresholds_are_half_open(mark, grade):
    scheme = scheme_of(leaf(), round_at=frozenset())

    assert score_project(scheme, "p", marks_of(mark)).grade == grade


def test_a_third_of_three_is_one_without_rounding():
    """90 made of thirds reaches 90."""
    scheme = scheme_of(*(leaf(code, 30, "1") for code in "abcd"), round_at=frozenset())
    marks = [mark for code in "abcd" for mark in marks_of("1", "1", "0.25", indicator=code)]

    assert score_project(scheme, "p", marks).grade == "5A"


@pytest.mark.parametrize(
    ("level", "figures"),
    [
        (Level.GROUP_MEAN, ("8.3", "4.15", "12.15")),
        (Level.INDICATOR, ("8.25", "4.1", "12.1")),
        (Level.TOTAL, ("8.25", "4.125", "12.1")),
    ],
)
def test_half_is_rounded_up_at_each_level_the_scheme_names_and_at_no_other(level, figures):
    scheme = scheme_of(leaf("a", 5), leaf("b", 8), places=1, round_at=frozenset([level]))

    result = score_project(scheme, "p", marks_of("8", "8.5") + marks_of("10", indicator="b"))

    first = result.indicators[0]
    assert (first.groups[0].mean, first.points, result.total) == tuple(map(Decimal, figures))
    assert Decimal("8.25").quantize(Decimal("0.1"), ROUND_HALF_UP) == Decimal("8.3")


def test_a_recused_member_does_not_exist():
    result = score(scheme_of(leaf()), marks_of("10", "2"), {("p", "m1"), ("other", "m0")})

    assert [(one.total, one.recused) for one in result] == [(100, ("m1",))]


def test_a_closed_gate_gives_the_next_grade_down():
    gate = Gate(grade="4A", indicator="b", at_least=Decimal(8))
    scheme = scheme_of(leaf("a", 90), leaf("b", 10), gates=(gate,))

    def grade(of_b):
        result = score_project(scheme, "p", marks_of("10") + marks_of(of_b, indicator="b"))
        return result.grade, result.gated

    assert [grade("8"), grade("7")] == [("5A", ()), ("3A", ("5A", "4A"))]


def test_bonus_is_capped_and_a_veto_puts_last():
    scheme = scheme_of(
        leaf("a"), leaf("b", 10, kind=Kind.BONUS), leaf("v", 0, "1", kind=Kind.VETO), bonus_cap=Decimal(3)
    )
    bonus = marks_of("8") + marks_of("9", indicator="b")

    plain = score_project(scheme, "p", bonus)
    vetoed = score_project(scheme, "p", bonus + marks_of("1", "0", indicator="v"))

    assert (plain.total, plain.bonus, plain.grade) == (83, 3, "4A")
    assert (vetoed.total, vetoed.grade, vetoed.vetoed) == (83, "1A", ("v",))


@pytest.mark.parametrize(
    "marks",
    [
        marks_of("10.01"),
        marks_of("-1"),
        marks_of("NaN"),
        marks_of("5", group="x"),
        marks_of("5", indicator="x"),
        marks_of("5") * 2,
    ],
)
def test_impossible_marks_are_refused(marks):
    with pytest.raises(BadScheme):
        score_project(scheme_of(leaf()), "p", marks)


@pytest.mark.parametrize(
    "change",
    [
        {"indicators": ()},
        {"indicators": (leaf(), leaf())},
        {"indicators": (leaf(groups=("x",)),)},
        {"indicators": (leaf(full="0"),)},
        {"groups": (Group(code="g", weight=Decimal(0)),)},
        {"grades": (("2A", Decimal(1)), ("1A", Decimal(2)))},
        {"gates": (Gate(grade="9A", indicator="a", at_least=Decimal(1)),)},
        {"places": -1},
    ],
)
def test_impossible_schemes_are_refused(change):
    fields = {"groups": ONE_GROUP, "indicators": (leaf(),), "grades": GRADES} | change

    with pytest.raises(BadScheme):
        Scheme(**fields)


def test_shown_figures_keep_their_places():
    shown = write_score(score_project(scheme_of(leaf(weight="30", full="9")), "p", marks_of("5", "6")))

    assert (shown["total"], shown["indicators"][0]["points"]) == ("18.33", "18.33")
    assert shown["indicators"][0]["groups"][0]["mean"] == "5.50"


@given(cases())
def test_leaving_one_sheet_out_gives_what_scoring_without_it_gives(case):
    scheme, marks = case
    given_ = sorted({mark.member for mark in marks if mark.value is not None})

    found = without_each(scheme, "p", marks)

    assert sorted(found) == given_
    for member, outcome in found.items():
        rest = score_project(scheme, "p", [mark for mark in marks if mark.member != member])
        assert outcome == (rest.total, rest.grade)


def test_whoever_is_recused_is_not_left_out_once_more():
    marks = marks_of("10", "2", "6")

    assert without_each(scheme_of(leaf()), "p", marks, {("p", "m1")}) == {"m0": (60, "2A"), "m2": (100, "5A")}
