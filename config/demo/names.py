"""Invented names and numbers, made by rule so that none is anybody's."""

from __future__ import annotations

SURNAMES = "林周许何沈韩冯曹彭曾萧田董袁潘蒋"
GIVEN = ["小一", "小二", "小三", "小四", "小五", "小六", "小七", "小八", "小九", "小十", "大同", "大和", "大平", "大安"]


def chinese_name(number: int) -> str:
    """A name such as 林小一; the first 224 differ."""
    return SURNAMES[number % len(SURNAMES)] + GIVEN[number // len(SURNAMES) % len(GIVEN)]


def phone(number: int) -> str:
    """A mobile number for the demo, +86 199 0000 nnnn; nothing is ever sent to it."""
    return f"+861990000{number:04}"


def foreign_phone(number: int) -> str:
    """A number of the range that is kept free for fiction, +1 202 555 01nn."""
    return f"+120255501{number:02}"


def credit_code(number: int) -> str:
    """A unified social credit code with a right check digit (GB 32100) and an impossible division 999999."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"52999999DEMA{number:05}"
    weights = [pow(3, place, 31) for place in range(17)]
    total = sum(letters.index(letter) * weight for letter, weight in zip(body, weights, strict=True))
    return body + letters[(31 - total % 31) % 31]
