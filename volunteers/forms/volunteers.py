"""Registering as a volunteer, in words that fit everybody's papers and names."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from communities.models import Consent
from volunteers.models import ActivityKind, DocumentType, Skill, Volunteer
from volunteers.models.documents import check_number
from volunteers.models.volunteers import check_born

Kinds = Consent.Kind


class ProfileForm(forms.Form):
    """What a volunteer's profile says; a name may be one word."""

    name = forms.CharField(label=_("Name"), max_length=64, help_text=_("As you are called; one word is enough."))
    sex = forms.ChoiceField(
        label=_("Sex"), choices=[("", _("I would rather not say")), *Volunteer.Sex.choices], required=False
    )
    nationality = forms.ChoiceField(label=_("Nationality"))
    languages = forms.ModelMultipleChoiceField(
        label=_("Languages you speak"),
        queryset=Skill.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    abilities = forms.ModelMultipleChoiceField(
        label=_("What you can do"), queryset=Skill.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    kinds = forms.ModelMultipleChoiceField(
        label=_("What you would like to help with"),
        queryset=ActivityKind.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    born = forms.CharField(
        label=_("Birth date or year"),
        required=False,
        validators=[check_born],
        help_text=_("1998 or 1998-05-20. Only needed if you are under 18."),
    )
    guardian = forms.CharField(
        label=_("Guardian who agrees"),
        required=False,
        max_length=120,
        help_text=_("Name and phone, if you are under 18."),
    )

    agrees = forms.BooleanField(
        label=_("My birth date and my guardian's name and phone may be kept, encrypted, to check my age."),
        required=False,
        help_text=_("Only if you gave them. You can take this back at any time under “My account”."),
    )

    document_type = forms.ChoiceField(
        label=_("Document"),
        choices=[("", _("I give none")), *DocumentType.choices],
        required=False,
        help_text=_("Not needed to help. It lets an official proof of your service name your document."),
    )
    document_number = forms.CharField(
        label=_("Document number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    agrees_to_document = forms.BooleanField(
        label=_("My document's type and number may be kept, encrypted, for proofs of my service."),
        required=False,
        help_text=_("Only if you gave them. You can take this back at any time under “My account”."),
    )
    is_named = forms.BooleanField(
        label=_("My name may be shown in public thanks."),
        required=False,
        help_text=_("Without this nobody outside your community's office sees it. You can change it at any time."),
    )

    def __init__(self, *args: Any, agreed: Container[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        for kind, name in [(Kinds.SENSITIVE, "agrees"), (Kinds.DOCUMENT, "agrees_to_document")]:
            if kind in agreed:
                del fields[name]
        fields["kinds"].queryset = ActivityKind.objects.active()
        fields["nationality"].choices = [("", _("Please choose")), *countries]
        skills = Skill.objects.active()
        fields["languages"].queryset = skills.filter(is_language=True)
        fields["abilities"].queryset = skills.filter(is_language=False)

    def clean(self) -> dict[str, Any]:
        """A document's number has the form of its type; neither is given without the other."""
        given = super().clean() or {}
        kind, number = given.get("document_type"), given.get("document_number")
        if number and not kind:
            self.add_error("document_type", _("Please say what document this number is of."))
        elif kind and not number:
            self.add_error("document_number", _("Please write the document's number, or choose “I give none”."))
        elif kind and number:
            try:
                given["document_number"] = check_number(kind, number)
            except forms.ValidationError as no:
                self.add_error("document_number", no)
        return given

    def profile(self) -> dict[str, Any]:
        """What was entered, as the service takes it."""
        fields = dict(self.cleaned_data)
        return fields | {"skills": [*fields.pop("languages"), *fields.pop("abilities")]}


class RegisterForm(ProfileForm):
    is_old_enough = forms.BooleanField(
        label=_("I am 14 or older. If I am under 18, I gave my birth date and my guardian above.")
    )
    agrees_to_profile = forms.BooleanField(
        label=_("The community may keep this profile to organise volunteering; I can change it or leave at any time.")
    )

    def profile(self) -> dict[str, Any]:
        fields = super().profile()
        return {name: value for name, value in fields.items() if name not in {"is_old_enough", "agrees_to_profile"}}
