"""Invented names: a surname and a given name from two fixed lists, combined by number."""

SURNAMES = "林周许何沈韩冯曹彭曾萧田董袁潘蒋"
GIVEN = ["小一", "小二", "小三", "小四", "小五", "小六", "小七", "小八", "小九", "小十", "大同", "大和", "大平", "大安"]


def chinese_name(number: int) -> str:
    """A name such as 林小一; the first 224 differ."""
    return SURNAMES[number % len(SURNAMES)] + GIVEN[number // len(SURNAMES) % len(GIVEN)]


def phone(number: int) -> str:
    """A number in a range that no operator has given out (+86 100 …), so that no real phone can be meant."""
    return f"+86100{number:08}"
