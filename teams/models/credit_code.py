"""统一社会信用代码: the unified social credit code of organisations and its check digit.

GB 32100-2015: 18 characters without I, O, S, V and Z; the last makes the sum of the values, each weighted by
3^position mod 31, divisible by 31.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODY_LENGTH = 17


def check_digit(body: str) -> str:
    """The 18th character that belongs to the first 17."""
    weighted = sum(ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return ALPHABET[-weighted % 31]


def is_credit_code(code: str) -> bool:
    """Whether this is a well-formed code with the right check digit."""
    if len(code) != BODY_LENGTH + 1 or not set(code) <= set(ALPHABET):
        return False
    return check_digit(code[:BODY_LENGTH]) == code[BODY_LENGTH]


def validate_credit_code(code: str) -> None:
    """Say what is wrong with a code that cannot be right."""
    if not is_credit_code(code):
        raise ValidationError(
            _("This is not a unified social credit code: it has 18 characters, and the last one checks the others.")
        )
