"""What a password must be like, where a city asks for more than length."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")
NEEDED = 3


class MixedPassword:
    """Three of four kinds of characters, as 等保 auditors ask."""

    def validate(self, password: str, user: Any = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in KINDS) < NEEDED:
            raise ValidationError(self.get_help_text(), code="not_mixed")

    def get_help_text(self) -> str:
        return _("Use at least three of: small letters, capital letters, digits, signs.")
