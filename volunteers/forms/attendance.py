"""What the leader enters on the phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from volunteers.models import Attendance


class ArrivalForm(forms.Form):
    number = forms.CharField(
        label=_("Volunteer number"), max_length=12, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )


class LeavingForm(forms.Form):
    at = forms.DateTimeField(
        label=_("Time of leaving"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class CodeForm(forms.Form):
    """The letters on the leader's screen, typed."""

    code = forms.CharField(
        label=_("Code on the screen"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false", "class": "code-typed"}
        ),
    )
    do = forms.ChoiceField(choices=[("in", "in"), ("out", "out")], widget=forms.HiddenInput)


class WhyNotForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class HoursForm(forms.Form):
    """Whose hours are confirmed, with a break taken off where there was one, and how it was done."""

    evaluation = forms.CharField(
        label=_("How was it done?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands in the record of everybody you confirm here."),
    )

    def __init__(self, *args: Any, stays: Sequence[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stays = stays
        for stay in stays:
            self.fields[f"stay_{stay.pk}"] = forms.BooleanField(required=False, initial=True)
            self.fields[f"minutes_{stay.pk}"] = forms.IntegerField(required=False, min_value=0, max_value=stay.minutes)

    def rows(self) -> Iterator[tuple[Attendance, Any, Any]]:
        for stay in self.stays:
            yield stay, self[f"stay_{stay.pk}"], self[f"minutes_{stay.pk}"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(f"stay_{stay.pk}") for stay in self.stays):
            raise forms.ValidationError(_now("Tick whose hours you confirm."))
        return data

    def chosen(self) -> list[Attendance]:
        return [stay for stay in self.stays if self.cleaned_data[f"stay_{stay.pk}"]]

    def minutes(self) -> dict[int, int | None]:
        return {stay.pk: self.cleaned_data[f"minutes_{stay.pk}"] for stay in self.stays}


class ActivityFilterForm(forms.Form):
    """Which activities to show; what makes no sense is ignored."""

    kind = forms.SlugField(required=False)
    skill = forms.SlugField(required=False)
