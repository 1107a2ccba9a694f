"""The ballot paper, and the slip on which one looks up a receipt."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from projects.models import Poll, PollOption


class BallotForm(forms.Form):
    """Which projects somebody chooses; the key finds the ballot again if the network fails."""

    choices = forms.TypedMultipleChoiceField(
        label=_("Your choice"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Please choose at least one project."),
            "invalid_choice": _("One of the projects does not stand for this vote."),
        },
    )
    key = forms.CharField(widget=forms.HiddenInput, min_length=22, max_length=64)

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poll = poll
        self.options = list(
            PollOption.objects.filter(poll=poll).select_related("project__team", "project__scene").order_by("order")
        )
        field: Any = self.fields["choices"]
        field.choices = [(option.project_id, str(option.project)) for option in self.options]

    def clean_choices(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["choices"]
        most = self.poll.max_choices
        if len(chosen) > most:
            words = ngettext(
                "You may choose %(most)d project; you chose %(chosen)d. Please take some away.",
                "You may choose up to %(most)d projects; you chose %(chosen)d. Please take some away.",
                most,
            )
            raise forms.ValidationError(words % {"most": most, "chosen": len(chosen)})
        return chosen

    def marked(self) -> set[str]:
        """The projects that are ticked, as typed or as prepared."""
        return {str(value) for value in self["choices"].value() or ()}

    def chosen(self) -> list[PollOption]:
        """The ticked projects in the order of presentation."""
        return [option for option in self.options if str(option.project_id) in self.marked()]


class ReceiptForm(forms.Form):
    """The receipt code that somebody wrote down."""

    receipt = forms.CharField(
        label=_("Receipt code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
