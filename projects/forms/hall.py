"""What staff write at the venue: printing, kiosks, help, and what one reads on a paper ballot."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import Poll
from projects.services.papers import MOST_SHEETS

from .ballots import BallotForm

UNTOUCHED = {"autocomplete": "off"}


class SearchForm(forms.Form):
    """Whom one looks for in a list."""

    q = forms.CharField(
        label=_("Name, grid or end of the phone number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search", **UNTOUCHED}),
    )


class SheetsForm(forms.Form):
    """How many sheets; the experts' are a pile of their own."""

    number = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST_SHEETS)
    for_experts = forms.BooleanField(label=_("for the experts"), required=False)

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not poll.has_experts:
            del self.fields["for_experts"]


class KioskForm(forms.Form):
    name = forms.CharField(
        label=_("Name of this kiosk"),
        max_length=40,
        help_text=_("For example where it stands: by the window."),
        widget=forms.TextInput(attrs=UNTOUCHED),
    )


class CodeForm(forms.Form):
    """The six digits of a slip, typed at a kiosk; punctuation between them is no harm."""

    code = forms.CharField(
        label=_("The six digits on your slip"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "digits", **UNTOUCHED}),
    )


class HelpForm(forms.Form):
    helper = forms.CharField(label=_("Who helps"), max_length=64, widget=forms.TextInput(attrs=UNTOUCHED))
    witness = forms.CharField(
        label=_("Who watches that the choice is the voter's own"),
        max_length=64,
        widget=forms.TextInput(attrs=UNTOUCHED),
    )


class SetAsideForm(forms.Form):
    code = forms.CharField(label=_("Code of the sheet"), max_length=20, widget=forms.TextInput(attrs=UNTOUCHED))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class SheetForm(BallotForm):
    """What one reads on a paper ballot: its code, and the ticks or points as they stand there; or it is spoiled."""

    code = forms.CharField(label=_("Code of the sheet"), max_length=20, widget=forms.TextInput(attrs=UNTOUCHED))
    is_spoiled = forms.BooleanField(label=_("Spoiled: the choice is not clear"), required=False)

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, poll=poll, **kwargs)
        del self.fields["key"], self.fields["replaces"]

    def _check_rule(self, chosen: Any) -> None:
        """What the voter wrote may break the rule; the service says what becomes of it then."""
