"""What answers are worth, and that no figure of fewer than five is shown, alone or by subtraction."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from evaluations.satisfaction import FEWEST, mark, percent, share, together, worth

LEVELS = st.dictionaries(st.integers(1, 5), st.integers(0, 40))
GRIDS = st.dictionaries(st.sampled_from("甲乙丙丁戊己"), st.integers(0, 20))


def test_the_five_levels_are_evenly_apart():
    assert [worth(level) for level in (1, 2, 3, 4, 5)] == [Decimal(each) for each in ("0", "0.25", "0.5", "0.75", "1")]


def test_a_share_is_the_mean_of_the_answers():
    assert share({5: 3, 4: 1, 1: 1}) == Decimal("0.75")
    assert share({5: 4}) is None


def test_a_mark_is_the_mean_share_times_the_full_marks():
    assert mark([Decimal("0.75"), Decimal(1) / 3, None], Decimal(10)) == Decimal("5.42")
    assert mark([None], Decimal(10)) is None
    assert mark([Decimal("0.0005")], Decimal(10)) == Decimal("0.01")


@given(LEVELS)
def test_a_mark_lies_between_nothing_and_full_and_grows_with_satisfaction(levels):
    found = mark([share(levels)], Decimal(20))

    if sum(levels.values()) < FEWEST:
        assert found is None
        return
    assert 0 <= found <= 20
    if low := [level for level, number in levels.items() if level < 5 and number]:
        better = {**levels, low[0]: levels[low[0]] - 1}
        better[5] = better.get(5, 0) + 1
        assert mark([share(better)], Decimal(20)) >= found


def test_per_cent_are_shown_to_a_tenth():
    assert percent(Decimal(2) / 3) == Decimal("66.7")


@given(GRIDS)
def test_no_shown_group_is_small_and_none_is_found_by_subtraction(sizes):
    groups = together(sizes)
    shown = [grid for group in groups for grid in group]
    rest = sum(sizes.values()) - sum(sizes[grid] for grid in shown)

    assert len(shown) == len(set(shown))
    assert all(sum(sizes[grid] for grid in group) >= FEWEST for group in groups)
    assert rest == 0 or not groups


@given(GRIDS)
def test_large_grids_stay_by_themselves_unless_a_small_one_needs_company(sizes):
    large = [grid for grid, size in sizes.items() if size >= FEWEST]
    small = sum(size for size in sizes.values() if size < FEWEST)

    alone = [group[0] for group in together(sizes) if len(group) == 1]

    assert len(alone) >= len(large) - (0 < small < FEWEST)
