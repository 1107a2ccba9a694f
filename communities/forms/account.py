"""What a person changes about their own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .fields import PhoneField
from .sign_in import NewPasswordForm


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": 64})
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class OwnPasswordForm(NewPasswordForm):
    """Asks for the old password as well; whether it is right, the service says, which counts the tries."""

    old_password = forms.CharField(
        label=_("Old password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ["old_password", "new_password1", "new_password2"]


class ConfirmFactorForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the app"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12}),
    )


class ConfirmPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class IfPasswordForm(ConfirmPasswordForm):
    """Asks for the password of whoever has one."""

    def __init__(self, *args: Any, has_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_password:
            del self.fields["password"]


class EraseForm(IfPasswordForm):
    is_sure = forms.BooleanField(label=_("Delete my personal data and close my account. This cannot be undone."))
    field_order = ["password", "is_sure"]


class NewPhoneForm(IfPasswordForm):
    """Asks for the new number."""

    phone = PhoneField(
        label=_("New phone number"), help_text=_("A number from abroad begins with + and the country's code.")
    )
    field_order = ["phone", "password"]
