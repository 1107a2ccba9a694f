"""Groups of so few that one could be meant are hidden, and cannot be found by subtraction either."""

from hypothesis import given
from hypothesis import strategies as st

from volunteers.suppression import LEAST, Group, publishable, publishable_sum


def who(count, begin=0):
    return set(range(begin, begin + count))


def test_a_small_group_goes_into_others_with_the_next_smallest_where_others_would_be_small():
    groups = {"CN": (who(20), 200), "KE": (who(6, 20), 60), "ID": (who(2, 26), 20)}

    assert publishable(groups) == [Group("CN", 20, 200), Group(None, 8, 80)]


def test_small_groups_that_are_many_together_stand_as_others():
    groups = {"CN": (who(20), 200), **{f"X{n}": (who(2, 20 + 2 * n), 1) for n in range(3)}}

    assert publishable(groups) == [Group("CN", 20, 200), Group(None, 6, 3)]


def test_of_few_nothing_is_shown():
    assert publishable({"KE": (who(4), 9)}) == [Group(None, None, None)]
    assert publishable({}) == []
    assert [publishable_sum(people, 9) for people in (0, 1, 4, 5)] == [9, None, None, 9]


@given(
    st.dictionaries(st.integers(0, 30), st.tuples(st.frozensets(st.integers(0, 60), min_size=1), st.integers(0, 99)))
)
def test_whatever_the_groups_each_row_is_of_enough_people_and_nothing_is_lost(groups):
    rows = publishable(groups)

    assert all(row.people is None or row.people >= LEAST for row in rows)
    assert all(row.people == len(groups[row.key][0]) for row in rows if row.key is not None)
    if rows and rows[-1].value is not None:
        assert sum(row.value for row in rows) == sum(value for _who, value in groups.values())
    hidden = {p for key, (people, _v) in groups.items() if key not in {row.key for row in rows} for p in people}
    assert not hidden or len(hidden) >= LEAST or [row.key for row in rows] == [None]
