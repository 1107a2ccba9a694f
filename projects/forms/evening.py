"""What staff fill in on the control page on the evening, and people when they check in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from projects.models import Poll, Presentation
from projects.services import counting

Phase = Presentation.Phase
MINUTES = [(5, "5"), (10, "10"), (15, "15"), (30, "30"), (60, "60")]


def _reason(**kwargs: Any) -> forms.CharField:
    return forms.CharField(label=_("Reason"), max_length=200, **kwargs)


class StageForm(forms.Form):
    """Who presents from now on: the phase and, unless nobody does, the project's number."""

    phase = forms.ChoiceField(choices=Phase)
    project = forms.IntegerField(required=False)

    def __init__(self, poll: Poll, data: Any = None) -> None:
        # A button says both at once.
        phase, _dot, project = (data or {}).get("stage", "").partition(".")
        super().__init__({"phase": phase, "project": project or None} if data else None)
        self.poll = poll

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        number = said.get("project")
        entry = self.poll.roadshow.entries.filter(project=number).select_related("project").first() if number else None
        if number and entry is None:
            raise forms.ValidationError(_("This project is not on the programme."))
        if (said.get("phase") == Phase.OVER) is (entry is not None):
            raise forms.ValidationError(_("Please say which project is presented."))
        return {"phase": said.get("phase"), "project": entry.project if entry else None}


class ActForm(forms.Form):
    """An act on a poll; what hurts asks for a yes."""

    name = ""

    def __init__(self, poll: Poll, data: Any = None) -> None:
        super().__init__(data, prefix=self.name)
        self.poll = poll

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        said.pop("sure", None)
        return said


class OpenNowForm(ActForm):
    """Open the vote; before its time with a reason."""

    name = "open"
    reason = _reason(required=False, help_text=_("Needed if the announced time has not come yet."))
    sure = forms.BooleanField(label=_("Yes, freeze the voter roll and open the vote"))


class CloseNowForm(ActForm):
    """Close the vote; before its time with a reason."""

    name = "close"
    reason = _reason(required=False, help_text=_("Needed if the announced time is not over yet."))
    sure = forms.BooleanField(label=_("Yes, end the vote now"))


class LongerForm(ActForm):
    """Keep the vote open for some minutes more."""

    name = "extend"
    minutes = forms.TypedChoiceField(label=_("Minutes more"), choices=MINUTES, coerce=int, initial=10)
    reason = _reason(help_text=_("A poll is extended once only."))

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if minutes := said.pop("minutes", None):
            said["until"] = self.poll.closes_at + timedelta(minutes=minutes)
        return said


class FinishForm(ActForm):
    """The paper is counted in: count, and say what came out."""

    name = "finish"
    sure = forms.BooleanField(label=_("Yes, all paper ballots are counted in"))


class AnnounceForm(ActForm):
    """Make the rule public, of a run-off planned on the spot."""

    name = "announce"
    sure = forms.BooleanField(label=_("Yes, announce this rule; it is fixed from now on"))


class SettleForm(ActForm):
    """Settle a tie as announced: by a lot whose seed was drawn before everybody, or by taking all the tied."""

    name = "settle"
    seed = forms.CharField(
        label=_("Seed of the lot"),
        max_length=100,
        help_text=_("Drawn in front of everybody and controlled by nobody, for example the numbers of thrown dice."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    sure = forms.BooleanField(label=_("Yes, everybody has seen the seed; settle the tie by it"))

    def __init__(self, poll: Poll, data: Any = None) -> None:
        super().__init__(poll, data)
        if not counting.needs_lot(poll):
            del self.fields["seed"]
            self.fields["sure"].label = _("Yes, shortlist all the tied: the places suffice")


class RunOffForm(ActForm):
    """Plan the announced run-off among the tied, soon; it is announced and opened on its own control page."""

    name = "runoff"
    begins = forms.TypedChoiceField(label=_("Begins in minutes"), choices=[(0, "0"), *MINUTES], coerce=int, initial=10)
    lasts = forms.TypedChoiceField(label=_("Lasts how many minutes"), choices=MINUTES, coerce=int, initial=10)
    sure = forms.BooleanField(label=_("Yes, plan the run-off among the tied"))

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if {"begins", "lasts"} <= said.keys():
            said["opens_at"] = now() + timedelta(minutes=said.pop("begins"))
            said["closes_at"] = said["opens_at"] + timedelta(minutes=said.pop("lasts"))
        return said


class HeldForm(ActForm):
    """The evening is over: write down that it took place."""

    name = "held"
    sure = forms.BooleanField(label=_("Yes, the roadshow is over"))


class TicketForm(forms.Form):
    """What a scan of the screen gave."""

    ticket = forms.CharField(widget=forms.HiddenInput, required=False)
