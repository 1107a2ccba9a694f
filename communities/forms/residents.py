"""What people type about residents."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    """A resident asks to be added to the roll of their community."""

    name = forms.CharField(label=_("Name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    address = forms.CharField(
        label=_("Address"),
        max_length=255,
        help_text=_("Building, unit and room, so that the community can check it."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    grid = forms.CharField(label=_("Grid"), max_length=32, required=False, help_text=_("If you know it."))
