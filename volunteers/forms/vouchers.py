"""What a partner enters at the till."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Voucher code"),
        max_length=32,
        help_text=_("Ten letters and digits below the QR code; upper or lower case."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class RedeemForm(forms.Form):
    """The hidden key makes a redemption that is sent twice happen once."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
