"""Drawing households: in proportion, no one twice, the same from the same seed, whatever the order of the list."""

import csv
import io
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.sampling import allot, draw, margin, size_for
from tests.repository.running import ROOT

GRIDS = st.dictionaries(st.sampled_from(["", "第1网格", "第2网格", "第3网格", "Z"]), st.integers(0, 60), min_size=1)
SEEDS = st.text(min_size=1, max_size=12)


@st.composite
def asked(draw_):
    """A list of (grid, household), and a size that it can give."""
    sizes = draw_(GRIDS)
    frame = [(grid, f"{grid}-{number}") for grid, size in sizes.items() for number in range(size)]
    return frame, draw_(st.integers(0, len(frame)))


@given(asked())
def test_each_grid_gets_its_share_to_less_than_one_household(case):
    frame, size = case
    households = Counter(grid for grid, _household in frame)

    given_ = allot(size, households)

    assert sum(given_.values()) == size
    for grid, number in households.items():
        assert abs(given_[grid] - Fraction(size * number, len(frame))) < 1
        assert given_[grid] <= number


@given(asked())
def test_what_is_left_goes_to_the_largest_remainders(case):
    frame, size = case
    households = Counter(grid for grid, _household in frame)
    exact = {grid: Fraction(size * number, len(frame)) for grid, number in households.items()}

    given_ = allot(size, households)

    more = [exact[grid] % 1 for grid in exact if given_[grid] > int(exact[grid])]
    less = [exact[grid] % 1 for grid in exact if given_[grid] == int(exact[grid])]
    assert not more or not less or min(more) >= max(less)


def test_equal_remainders_fall_to_the_grid_that_comes_first_by_name():
    assert allot(1, {"乙": 5, "甲": 5}) == {"乙": 1, "甲": 0}


def test_more_households_than_there_are_cannot_be_drawn():
    with pytest.raises(ValueError, match="4 of 3"):
        allot(4, {"a": 3})


@given(asked(), SEEDS, st.integers(0, 200))
def test_no_household_is_drawn_twice_and_each_in_its_own_grid(case, seed, substitutes):
    frame, size = case

    places = draw(seed, size, frame, substitutes=substitutes)

    assert len({place.household for place in places}) == len(places)
    assert {(place.grid, place.household) for place in places} <= set(frame)
    assert sum(place.is_drawn for place in places) == size
    for grid in {place.grid for place in places}:
        numbers = [place.number for place in places if place.grid == grid]
        assert numbers == list(range(1, len(numbers) + 1))


@given(asked(), SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_the_list_and_lines_said_twice_change_nothing(case, seed, chance):
    frame, size = case
    mixed = [*frame, *frame[:3]]
    chance.shuffle(mixed)

    assert draw(seed, size, mixed) == draw(seed, size, frame)


@given(asked(), SEEDS)
def test_asking_for_more_keeps_the_order_in_each_grid(case, seed):
    frame, _size = case
    few, all_ = draw(seed, len(frame) // 2, frame, substitutes=0), draw(seed, len(frame), frame)

    assert {(place.number, place.household) for place in few} <= {(place.number, place.household) for place in all_}


def test_another_seed_draws_others():
    frame = [("第1网格", f"{number:016x}") for number in range(400)]
    chosen = [{place.household for place in draw(seed, 20, frame, substitutes=0)} for seed in ("2026001", "2026002")]

    assert len(chosen[0] & chosen[1]) < 10


def test_over_many_seeds_every_household_is_drawn_about_as_often():
    """5 of 20 households, 2,000 seeds: each is expected 500 times, with a spread of 19."""
    frame = [("一", f"h{number}") for number in range(20)]
    often = Counter(place.household for seed in range(2000) for place in draw(str(seed), 5, frame, substitutes=0))

    assert len(often) == 20
    assert all(400 < times < 600 for times in often.values())


@pytest.mark.parametrize(
    ("answers", "population", "expected"),
    [
        (385, 10_000_000, "5.0"),  # the textbook's figure for ±5 %
        (370, 10_000, "5.0"),
        (100, 1_000_000, "9.8"),
        (50, 100, "9.9"),
        (100, 100, "0.0"),
        (1, 1, "0.0"),
        (0, 100, None),
    ],
)
def test_the_margin_of_error(answers, population, expected):
    reached = margin(answers, population)

    assert reached == (None if expected is None else Decimal(expected))


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_more_answers_are_never_further_off(answers, population):
    answers = min(answers, population)

    assert margin(answers + 1, population) <= margin(answers, population)


@given(st.integers(1, 20_000), st.sampled_from(["3.0", "5.0", "10.0"]))
def test_the_size_for_a_margin_is_the_smallest(population, points):
    size = size_for(Decimal(points), population)

    assert margin(size, population) <= Decimal(points)
    assert size == 1 or margin(size - 1, population) > Decimal(points)


def test_anybody_can_draw_again_with_the_standard_library_alone(tmp_path):
    frame = [
        (grid, f"{number:04x}{grid}") for grid, size in [("一", 41), ("二", 26), ("", 8)] for number in range(size)
    ]
    places = draw("开奖 08 15 23", 30, frame, substitutes=50)
    written = {
        "households.csv": [("grid", "household"), *frame],
        "drawn.csv": [
            ("grid", "place", "household", "what"),
            *((p.grid, p.number, p.household, "drawn" if p.is_drawn else "substitute") for p in places),
        ],
    }
    for name, rows in written.items():
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        (tmp_path / name).write_text(out.getvalue(), encoding="utf-8")

    def again(seed):
        return subprocess.run(  # noqa: S603 (our own script)
            [sys.executable, "-I", str(ROOT / "docs/redraw.py"), str(tmp_path / "households.csv"), "--seed", seed,
             "--size", "30", "--substitutes", "50", "--check", str(tmp_path / "drawn.csv")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    same, other = again("开奖 08 15 23"), again("开奖 08 15 24")

    assert (same.returncode, other.returncode) == (0, 1), same.stderr + other.stderr
    assert "0 differences" in same.stdout
