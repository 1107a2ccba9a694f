"""Fields that several forms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from communities import phones
from communities.models import Refused


class PhoneField(forms.CharField):
    """A phone number as people type it, in its international form when it is right."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "maxlength": 24})

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return phones.normalise(typed) if typed else ""
        except Refused as no:
            raise ValidationError(str(no), code=no.code) from None
