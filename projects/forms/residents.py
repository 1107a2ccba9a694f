"""What residents and teams write about a project."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import MilestoneReport, Objection

MOST_FILES = 9


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; what they are is checked where they are stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=SeveralFilesInput(attrs={"accept": kwargs.pop("accept")}), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [super(FilesField, self).clean(file, initial) for file in data or []]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most %(most)s files at once.") % {"most": MOST_FILES})
        return files


class ObjectionForm(forms.ModelForm):
    files = FilesField(  # type: ignore[assignment]  # declared fields leave the class: this hides nothing
        label=_("Files"),
        accept=".pdf,.jpg,.jpeg,.png",
        help_text=_("PDF, JPEG or PNG, up to 10 MB each; seen by staff only."),
    )

    class Meta:
        model = Objection
        fields = ("text", "is_anonymous")
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}
        labels = {"text": _("What do you object to, and why?")}


class ReportForm(forms.ModelForm):
    photos = FilesField(label=_("Photos"), accept=".jpg,.jpeg,.png", help_text=_("JPEG or PNG, up to 10 MB each."))

    class Meta:
        model = MilestoneReport
        fields = ("text", "people_served", "events_held", "money_spent")
        widgets = {
            "text": forms.Textarea(attrs={"rows": 6}),
            "people_served": forms.NumberInput(attrs={"min": 0, "inputmode": "numeric"}),
            "events_held": forms.NumberInput(attrs={"min": 0, "inputmode": "numeric"}),
            "money_spent": forms.NumberInput(attrs={"min": 0, "step": "0.01", "inputmode": "decimal"}),
        }


class WhyForm(forms.Form):
    """Why something is given up."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
