"""What the leader enters on the phone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ArrivalForm(forms.Form):
    number = forms.CharField(
        label=_("Volunteer number"), max_length=12, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )


class LeavingForm(forms.Form):
    at = forms.DateTimeField(
        label=_("Time of leaving"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class ActivityFilterForm(forms.Form):
    """Which activities to show; what makes no sense is ignored."""

    kind = forms.SlugField(required=False)
