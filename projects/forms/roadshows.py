"""What staff fill in while they prepare and run a roadshow and its vote."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from communities.console import WIDGETS, ReasonForm
from projects.models import Poll, Roadshow
from projects.services import counting, roadshows

TEXT = WIDGETS[forms.CharField]


class ArrangeForm(forms.Form):
    """The programme: a number for each project that is presented, nothing for the others."""

    wants_instance = True

    def __init__(self, *args: Any, instance: Roadshow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {f"project_{project.pk}": project for project in roadshows.candidates(instance)}
        now = {f"project_{entry.project_id}": entry.order for entry in instance.entries.all()}
        for name, project in self.candidates.items():
            self.fields[name] = forms.IntegerField(
                label=str(project),
                required=False,
                min_value=1,
                max_value=999,
                initial=now.get(name),
                widget=WIDGETS[forms.IntegerField],
            )

    def clean(self) -> dict[str, Any]:
        places = {name: place for name, place in self.cleaned_data.items() if place}
        if len(set(places.values())) < len(places):
            raise forms.ValidationError(_("Two projects have the same place in the order."))
        return {"order": [self.candidates[name] for name in sorted(places, key=lambda name: places[name])]}


class SeedForm(forms.Form):
    """The seed of a lot."""

    seed = forms.CharField(
        label=_("Seed of the lot"),
        max_length=100,
        widget=TEXT,
        help_text=_("Drawn in front of everybody and controlled by nobody, for example the numbers of thrown dice."),
    )


class SettleForm(SeedForm):
    """How a tie is settled follows from the announced rule; a seed is asked only where a lot is drawn."""

    wants_instance = True

    def __init__(self, *args: Any, instance: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not counting.needs_lot(instance):
            del self.fields["seed"]


class ExtendForm(ReasonForm):
    """Until when, and why."""

    wants_instance = True
    until = forms.DateTimeField(
        label=_("Closes at"),
        widget=TEXT(attrs={"type": "datetime-local"}),
        help_text=_("A poll is extended once only."),
    )
    field_order = ("until", "reason")

    def __init__(self, *args: Any, instance: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = localtime(instance.closes_at).strftime("%Y-%m-%dT%H:%M")


class RunOffForm(forms.Form):
    """When the run-off opens and closes; everything else follows from the announced rule."""

    opens_at = forms.DateTimeField(label=_("Opens at"), widget=TEXT(attrs={"type": "datetime-local"}))
    closes_at = forms.DateTimeField(label=_("Closes at"), widget=TEXT(attrs={"type": "datetime-local"}))

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("opens_at") and said.get("closes_at") and said["closes_at"] <= said["opens_at"]:
            self.add_error("closes_at", _("The poll must close after it opens."))
        return said


class OpenForm(ReasonForm):
    """Why a poll opens before its time; after it there is nothing to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].help_text = _("Needed if the announced time has not come yet.")


class CloseForm(ReasonForm):
    """Why a poll closes before its time; after it there is nothing to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].help_text = _("Needed if the announced time is not over yet.")
