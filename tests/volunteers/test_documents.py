"""Numbers of documents: what each kind looks like, whatever somebody types around it."""

import pytest
from django.core.exceptions import ValidationError

from volunteers.models.documents import DocumentType, birth_date_in, check_number

# Made up; the last digit is the one that adds up.
GOOD = [
    ("id_card", "11010119900307803X"),
    ("id_card", "330702200802290017"),
    ("residence_card", "810000199408230021"),
    ("residence_card", "830000199201300022"),
    ("home_return", "H12345678"),
    ("home_return", "M1234567801"),
    ("taiwan", "12345678"),
    ("taiwan", "1234567890B"),
    ("passport", "E12345678"),
    ("passport", "123456789"),
    ("permanent", "911124198108030024"),
    ("permanent", "USA110109810803"),
    ("residence_permit", "A12345678"),
]


def check_digit(number):
    total = sum(int(digit) * weight for digit, weight in zip(number, _weights(), strict=False))
    return "10X98765432"[total % 11]


def _weights():
    return [2**place % 11 for place in range(17, 0, -1)]


def whole(number):
    """A number of eighteen places ends with the digit that adds up."""
    return number[:17] + check_digit(number[:17]) if len(number) == 18 else number


@pytest.mark.parametrize(("kind", "number"), GOOD)
def test_a_number_is_kept_as_it_is_usually_written(kind, number):
    right = whole(number)
    typed = f" {right[:4]} {right[4:8]}-{right[8:]} ".lower()

    assert check_number(kind, typed) == right


BAD = [
    ("id_card", "110101199003078031"),  # does not add up
    ("id_card", whole("110101199002300010")),  # the thirtieth of February
    ("id_card", "1101011990030780"),
    ("residence_card", whole("110101199003078030")),  # no residence permit of the three
    ("home_return", "A12345678"),
    ("taiwan", "123456789"),
    ("passport", "E12"),
    ("passport", "护照12345"),
    ("permanent", "USA11010981080"),
    ("permanent", "911124198108030020"),
    ("residence_permit", "A1"),
    ("", "E12345678"),
    ("library_card", "E12345678"),
]


@pytest.mark.parametrize(("kind", "number"), BAD)
def test_what_cannot_be_one_is_refused(kind, number):
    with pytest.raises(ValidationError):
        check_number(kind, number)


def test_every_kind_has_a_form():
    assert {kind for kind, _number in GOOD} == set(DocumentType.values)


@pytest.mark.parametrize(
    ("kind", "number", "born"),
    [
        ("id_card", "11010119900307803X", "1990-03-07"),
        ("permanent", "911124198108030024", "1981-08-03"),
        ("permanent", "USA110109810803", ""),
        ("passport", "E12345678", ""),
    ],
)
def test_numbers_of_eighteen_places_hold_a_birth_date(kind, number, born):
    assert birth_date_in(kind, number) == born
