"""The scoring core against a naive oracle, and by its own laws."""

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
    codes = [f"g{n}" for n in range(draw(st.integers(1, 3)))]
    groups = tuple(
        Group(code=code, weight=Decimal(draw(st.integers(1, 60))), aggregate=draw(aggregates)) for code in codes
    )
    indicators = tuple(
        leaf(
            f"i{n}",
            weight=draw(st.integers(1, 50)),
            groups=tuple(draw(st.lists(st.sampled_from(codes), min_size=1, unique=True))),
        )
        for n in range(draw(st.integers(1, 3)))
    )
    scheme = scheme_of(
        *indicators,
        groups=groups,
        places=draw(st.integers(0, 4)),
        round_at=frozenset(draw(st.lists(st.sampled_from(Level), unique=True))),
    )
    marks = [
        Mark(project="p", member=f"{code}-{n}", group=code, indicator=indicator.code, value=draw(values))
        for indicator in indicators
        for code in indicator.groups
        for n in range(draw(st.integers(0, 6)))
    ]
    return scheme, marks


def oracle(scheme, marks):
    """The total as one would compute it with a pencil and fractions; None when something is unmarked."""
    total = Fraction(0)
    for indicator in scheme.indicators:
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
        if not below:
            return None
        total += rounded(scheme, above / below * Fraction(indicator.weight) / Fraction(indicator.full), Level.INDICATOR)
    return rounded(scheme, total, Level.TOTAL)


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
        exact = Decimal(expected.numerator) / Decimal(expected.denominator)
        assert abs(result.total - exact) < Decimal("1e-18")
        assert result.grade == next(name for name, threshold in GRADES if expected >= threshold)


@given(cases(), st.randoms())
def test_the_order_of_marks_changes_nothing(case, random):
    scheme, marks = case
    shuffled = random.sample(marks, len(marks))

    assert score_project(scheme, "p", shuffled) == score_project(scheme, "p", marks)
    assert digest(scheme, shuffled) == digest(scheme, marks)


@given(cases(), st.data())
def test_raising_a_mark_never_lowers_a_total(case, data):
    scheme, marks = case
    marked = [n for n, mark in enumerate(marks) if mark.value is not None]
    before = score_project(scheme, "p", marks).total
    if not marked or before is None:
        return
    n = data.draw(st.sampled_from(marked))
    higher = data.draw(st.decimals(marks[n].value, FULL, places=2))
    old = marks[n]
    raised = Mark(project="p", member=old.member, group=old.group, indicator=old.indicator, value=higher)

    assert score_project(scheme, "p", [*marks[:n], raised, *marks[n + 1 :]]).total >= before


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
    scaled = scheme_of(*scheme.indicators, groups=groups, places=scheme.places, round_at=scheme.round_at)

    assert score_project(scaled, "p", marks).total == score_project(scheme, "p", marks).total


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


def test_half_is_rounded_up():
    scheme = scheme_of(leaf(weight="10"), places=1)

    assert score_project(scheme, "p", marks_of("8.25")).total == Decimal("8.3")
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
