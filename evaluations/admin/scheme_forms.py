"""What the console asks for a new scheme, and for its thresholds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from evaluations.models import Scheme
from evaluations.services import presets, schemes, spreadsheets

THRESHOLDS = presets.Thresholds.choices


class BeginForm(forms.ModelForm):
    """A new scheme: empty, the seeded one with one of the usual sets of thresholds, or from a spreadsheet."""

    thresholds = forms.ChoiceField(
        label=gettext_lazy("begin with"),
        choices=[
            ("", gettext_lazy("an empty scheme")),
            *((code, format_lazy("{} {}", gettext_lazy("the seeded scheme"), label)) for code, label in THRESHOLDS),
        ],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    file = forms.FileField(
        label=gettext_lazy("or from a spreadsheet"),
        help_text=gettext_lazy("An .xlsx or .csv file, as each scheme’s page gives one; it has a name of its own."),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
    )

    class Meta:
        model = Scheme
        fields = ["region", "name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].help_text = _("Needed for an empty scheme.")

    def clean(self) -> Any:
        data = super().clean() or {}
        if not (data.get("name") or data.get("thresholds") or data.get("file")):
            raise ValidationError(_("Give it a name, or choose what to begin with."))
        return data

    def begin(self, by: Any) -> Scheme:
        """The draft as it was asked for."""
        data = self.cleaned_data
        if data.get("file"):
            return spreadsheets.take_in(data["region"], content=data["file"].read(), by=by)
        if not data["thresholds"]:
            return schemes.create(data["region"], name=data["name"], by=by)
        scheme = presets.begin(data["region"], thresholds=data["thresholds"], by=by)
        if data["name"]:
            schemes.edit(scheme, name=data["name"], by=by)
        return scheme


class ThresholdsForm(forms.Form):
    thresholds = forms.ChoiceField(label=gettext_lazy("thresholds"), choices=THRESHOLDS, widget=UnfoldAdminSelectWidget)
