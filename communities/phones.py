"""Phone numbers as people type them, kept in their international form."""

from __future__ import annotations

import phonenumbers
from django.utils.translation import gettext as _

from communities.encryption import CHINA
from communities.models import Refused


def written(phone: str) -> str:
    """As people here write it: without China's code."""
    return phone.removeprefix(CHINA)


def normalise(typed: str) -> str:
    """+8613800001234 for 138 0000 1234; a number from abroad begins with + and its country's code.

    Raises Refused when it is no phone number.
    """
    try:
        number = phonenumbers.parse(typed.strip(), "CN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Refused(
            _("This is not a phone number. A number from abroad begins with + and the country's code."),
            code="bad_phone",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
