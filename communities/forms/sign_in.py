"""What signing in asks for."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy as _

from .fields import PhoneField

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12, "autofocus": True}


class PhoneForm(forms.Form):
    phone = PhoneField(
        label=_("Phone number"), help_text=_("A number from abroad begins with + and the country's code.")
    )


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Code from the message"), max_length=12, widget=forms.TextInput(attrs=CODE))


class FactorForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=16,
        help_text=_("The six digits that your authenticator app shows, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "maxlength": 16, "autofocus": True}),
    )


class WelcomeForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": 64})
    )
    agreed = forms.BooleanField(
        label=_("I have read the privacy policy and agree."),
        error_messages={"required": _("Without your consent no account can be made.")},
    )


class PasswordForm(forms.Form):
    username = forms.CharField(
        label=_("User name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "username", "maxlength": 64})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class NewPasswordForm(SetPasswordForm):
    """Django's own, which asks twice and says what a password must be like."""
