"""统一社会信用代码: the check digit of GB 32100-2015."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from teams.models.credit_code import ALPHABET, check_digit, is_credit_code, validate_credit_code

bodies = st.text(ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "911101080000000000"[:17] + check_digit("91110108000000000")])
def test_codes_whose_digits_fit(code):
    assert is_credit_code(code)


@given(bodies)
def test_every_body_has_exactly_one_check_digit(body):
    assert [char for char in ALPHABET if is_credit_code(body + char)] == [check_digit(body)]


@given(bodies)
def test_the_weighted_sum_of_the_whole_code_is_divisible_by_31(body):
    code = body + check_digit(body)

    assert sum(ALPHABET.index(char) * 3**place for place, char in enumerate(code[:17])) % 31 == (
        -ALPHABET.index(code[17]) % 31
    )


@given(bodies, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_any_one_wrong_character_is_noticed(body, place, char):
    code = body + check_digit(body)
    wrong = code[:place] + char + code[place + 1 :]

    assert is_credit_code(wrong) == (wrong == code)


@given(bodies, st.integers(0, 15))
def test_two_neighbours_swapped_are_noticed(body, place):
    code = body + check_digit(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert is_credit_code(swapped) == (swapped == code)


@given(st.text(max_size=20))
def test_nonsense_is_no_code_and_breaks_nothing(text):
    assert is_credit_code(text) in {True, False}


@pytest.mark.parametrize("code", ["", "123", "91350100M000100Y44", "91350100I000100Y43", "91350100m000100y43"])
def test_what_is_wrong_is_said(code):
    with pytest.raises(ValidationError):
        validate_credit_code(code)
