"""Which period a certificate is wanted for, and which number is to be checked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

LONGEST_TYPED = 40


class PeriodForm(forms.Form):
    first_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_on = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    with_document = forms.BooleanField(label=_("Print my document's type and number on it"), required=False)

    def __init__(self, data: Any = None, *, begins: date | None, has_document: bool) -> None:
        """`begins`: the day of the first service, from which on everything is certified unless another is chosen."""
        super().__init__(data, initial={"first_on": begins or localdate(), "last_on": localdate()})
        if not has_document:
            del self.fields["with_document"]


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("Certificate number"),
        max_length=LONGEST_TYPED,
        help_text=_("Twelve letters and digits, as K7QX-2M4P-9RTV; capitals or not, with or without the lines."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
