"""证件: documents of residents and foreigners, and the forms that their numbers have."""

from __future__ import annotations

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentType(models.TextChoices):
    """证件类型: what the ministry's record of a volunteer knows (民政部令第67号), residents and foreigners alike."""

    ID_CARD = "id_card", _("resident identity card")
    RESIDENCE_CARD = "residence_card", _("residence permit for Hong Kong, Macao and Taiwan residents")
    HOME_RETURN = "home_return", _("mainland travel permit for Hong Kong and Macao residents")
    TAIWAN = "taiwan", _("mainland travel permit for Taiwan residents")
    PASSPORT = "passport", _("passport")
    PERMANENT = "permanent", _("foreign permanent resident ID card")
    RESIDENCE_PERMIT = "residence_permit", _("foreigner's residence permit")


CITIZEN = r"[1-9]\d{16}[\dX]"
FORMS = {
    DocumentType.ID_CARD: CITIZEN,
    DocumentType.RESIDENCE_CARD: r"8[123]\d{15}[\dX]",
    DocumentType.HOME_RETURN: r"[HM]\d{8}(\d{2})?",
    DocumentType.TAIWAN: r"\d{8}|\d{10}[A-Z]?",
    DocumentType.PASSPORT: r"[A-Z0-9]{5,20}",
    # Since December 2023 eighteen digits from 9 on, before that three letters and twelve digits.
    DocumentType.PERMANENT: r"9\d{16}[\dX]|[A-Z]{3}\d{12}",
    DocumentType.RESIDENCE_PERMIT: r"[A-Z0-9]{6,15}",
}
# Numbers of eighteen places end with a check digit and hold the birth date (GB 11643).
LONG = re.compile(r"\d{17}[\dX]")
LONG_TYPES = {DocumentType.ID_CARD, DocumentType.RESIDENCE_CARD, DocumentType.PERMANENT}


def check_number(kind: str, number: str) -> str:
    """The number as it is kept: capitals without blanks and hyphens; raises ValidationError when it cannot be one."""
    tidy = re.sub(r"[\s\-－—·]", "", number).upper()
    pattern = FORMS.get(DocumentType(kind)) if kind in DocumentType.values else None
    if pattern is None:
        raise ValidationError(_("Please say what document this number is of."))
    if not tidy.isascii() or not re.fullmatch(pattern, tidy) or (kind in LONG_TYPES and not _adds_up(kind, tidy)):
        raise ValidationError(_("This is not a number of such a document; please compare it with the document."))
    return tidy


def birth_date_in(kind: str, number: str) -> str:
    """The birth date (year-month-day) that a number of eighteen places holds; empty for all others."""
    if kind not in LONG_TYPES or not LONG.fullmatch(number):
        return ""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def _adds_up(kind: str, number: str) -> bool:
    """Whether the check digit is right (ISO 7064 MOD 11-2) and the birth date is a day."""
    if not LONG.fullmatch(number):
        return True
    total = sum(int(digit) * (1 << place) for place, digit in zip(range(17, 0, -1), number[:17], strict=True))
    try:
        date.fromisoformat(birth_date_in(kind, number))
    except ValueError:
        return False
    return "10X98765432"[total % 11] == number[17]
