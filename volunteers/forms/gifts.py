"""Giving points away: to whom, how many, and what the one is to the other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from volunteers.models import Gift


class GiftForm(forms.Form):
    """The hidden key makes a gift that is sent twice happen once."""

    number = forms.CharField(
        label=_("Volunteer number"),
        max_length=12,
        help_text=_("Eight digits; the receiver finds them under “My volunteering”."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=1_000_000_000)
    relation = forms.ChoiceField(
        label=_("This person is"), choices=Gift.Relation.choices, widget=forms.RadioSelect, required=True
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def hidden(self) -> GiftForm:
        """The same, to be sent on by the page that asks whether it is right."""
        fields: Any = self.fields
        for field in fields.values():
            field.widget = forms.HiddenInput()
        return self
