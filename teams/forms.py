"""What applicants and contacts type in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities import phones
from communities.forms.fields import PhoneField
from communities.models import Refused
from teams.models import Admission, TeamType

KINDS = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
# Others' names and numbers: the browser is not to offer one's own.
UNTOUCHED = {"autocomplete": "off"}
# What may be empty even when an application is handed in.
NEVER_REQUIRED = {"registration_code", "documents"}


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files; each is checked by the service that keeps it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ManyFilesInput(attrs={"accept": KINDS}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        return list(data or [])


class AdmissionForm(forms.ModelForm):
    """An application: a draft may be kept half empty, handed in it is complete."""

    kind = forms.ChoiceField(label=gettext_lazy("kind of subject"), choices=Admission.Kind, widget=forms.RadioSelect)
    standing = forms.ChoiceField(
        label=gettext_lazy("as a group or an individual"), choices=Admission.Standing, widget=forms.RadioSelect
    )
    team_type = forms.ModelChoiceField(
        label=gettext_lazy("team type"), queryset=TeamType.objects.none(), empty_label=gettext_lazy("Please choose")
    )
    contact_name = forms.CharField(
        label=gettext_lazy("contact person"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_phone = forms.CharField(
        label=gettext_lazy("contact phone"),
        max_length=24,
        help_text=gettext_lazy("Only the staff who check the application can see it."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    documents = ManyFilesField(
        label=gettext_lazy("documents"),
        help_text=gettext_lazy(
            "For example the registration certificate. PDF, JPEG or PNG, 10 MB each; several may be chosen at once."
        ),
    )

    class Meta:
        model = Admission
        fields = [
            "name",
            "kind",
            "standing",
            "team_type",
            "registration_code",
            "contact_name",
            "contact_phone",
            "introduction",
        ]
        widgets = {
            "introduction": forms.Textarea(attrs={"rows": 6}),
            "registration_code": forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
        }
        help_texts = {
            "registration_code": gettext_lazy("18 characters; an individual may leave it empty."),
            "introduction": gettext_lazy(
                "Who you are, what you can do for the residents. It becomes the team's public page."
            ),
        }

    def __init__(self, *args: Any, handing_in: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["contact_phone"] = phones.written(self.initial.get("contact_phone", ""))
        chosen = self.instance.team_type_id
        types = TeamType.objects.active() | TeamType.objects.filter(pk=chosen)
        choice: Any = self.fields["team_type"]
        choice.queryset = types.distinct()
        for name, field in self.fields.items():
            field.required = handing_in and name not in NEVER_REQUIRED

    def clean_registration_code(self) -> str:
        return str(self.cleaned_data["registration_code"]).strip().upper()

    def clean_contact_phone(self) -> str:
        typed = self.cleaned_data["contact_phone"]
        try:
            return phones.normalise(typed) if typed else ""
        except Refused as no:
            raise ValidationError(str(no)) from no

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        is_group = data.get("standing") == Admission.Standing.GROUP
        if self.fields["name"].required and is_group and data.get("registration_code") == "":
            self.add_error("registration_code", _("A group needs its unified social credit code."))
        return data

    def validate_constraints(self) -> None:
        """The service asks them, when the application is handed in."""

    def validate_unique(self) -> None:
        """The service asks it, when the application is handed in."""

    @property
    def sound(self) -> dict[str, Any]:
        """The fields that are in order, worth keeping even when others are not."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.Meta.fields}


class IntroductionForm(forms.Form):
    """What the public reads about a team."""

    introduction = forms.CharField(
        label=gettext_lazy("introduction"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8})
    )


class ContactForm(forms.Form):
    """Somebody else who is to speak for the team."""

    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=24, widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"})
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Needed when nobody with this phone has an account yet."),
    )


class MemberForm(forms.Form):
    """Somebody who works in the team."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=64, widget=forms.TextInput(attrs=UNTOUCHED))
    phone = PhoneField(
        label=gettext_lazy("Phone"), widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", **UNTOUCHED})
    )


class MembersFileForm(forms.Form):
    """All who work in the team, as a spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("With the headings 姓名 and 手机号 (.xlsx or .csv); who is entered already stays."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
