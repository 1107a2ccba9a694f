"""Registering as a volunteer, in words that fit everybody's papers and names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from volunteers.models import Skill
from volunteers.models.volunteers import check_born


class ProfileForm(forms.Form):
    """What a volunteer's profile says; a name may be one word."""

    name = forms.CharField(label=_("Name"), max_length=64, help_text=_("As you are called; one word is enough."))
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

    def __init__(self, *args: Any, has_agreed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if has_agreed:
            del fields["agrees"]
        fields["nationality"].choices = [("", _("Please choose")), *countries]
        skills = Skill.objects.active()
        fields["languages"].queryset = skills.filter(is_language=True)
        fields["abilities"].queryset = skills.filter(is_language=False)

    def profile(self) -> dict[str, Any]:
        """What was entered, as the service takes it."""
        fields = dict(self.cleaned_data)
        return fields | {"skills": [*fields.pop("languages"), *fields.pop("abilities")]}


class RegisterForm(ProfileForm):
    is_old_enough = forms.BooleanField(label=_("I am 14 or older."))
    agrees_to_profile = forms.BooleanField(
        label=_("The community may keep this profile to organise volunteering; I can change it or leave at any time.")
    )

    def profile(self) -> dict[str, Any]:
        fields = super().profile()
        return {name: value for name, value in fields.items() if name not in {"is_old_enough", "agrees_to_profile"}}
