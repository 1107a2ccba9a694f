"""我的账号: what a person sees and changes about their own account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from communities import sessions, totp
from communities.addresses import address_of
from communities.forms.account import (
    ConfirmFactorForm,
    ConfirmPasswordForm,
    EraseForm,
    OwnPasswordForm,
    ProfileForm,
)
from communities.models import Refused
from communities.pages import SignedInRequest, refusals_on, signed_in
from communities.qr import qr_of
from communities.services import consents, devices, erasure, people, second_factors, sign_in


@never_cache
@signed_in
def account(request: SignedInRequest) -> HttpResponse:
    """Everything about one's own account on one page."""
    user = request.user
    form = ProfileForm(request.POST or None, initial={"name": user.name, "language": user.language or "zh-hans"})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            people.change(user, by=user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            response = redirect("communities:me")
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], samesite="Lax")
            return response
    return render(request, "communities/account/me.html", {"form": form, **_about(request)})


def _about(request: SignedInRequest) -> dict[str, Any]:
    user = request.user
    return {
        "assignments": user.role_assignments.active().select_related("region").order_by("region__code"),
        "devices": user.devices.order_by("-seen_at"),
        "this_key": request.session.session_key,
        "consents": user.consents.order_by("-id"),
        "has_password": user.has_usable_password(),
        "has_factor": second_factors.is_on(user),
    }


@never_cache
@sensitive_post_parameters()
@signed_in
def own_password(request: SignedInRequest) -> HttpResponse:
    """Change one's password; every other device is signed out."""
    _only_with_password(request)
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid() and is_password(request, form, "old_password"):
        key = request.session.session_key or ""
        people.set_password(request.user, password=form.cleaned_data["new_password1"], by=request.user, but=key)
        sessions.keep(request, request.user)
        messages.success(request, _("Your password is changed. You were signed out everywhere else."))
        return redirect("communities:me")
    return render(request, "communities/account/password.html", {"form": form})


def is_password(request: SignedInRequest, form: Form, field: str) -> bool:
    """Whether this field holds one's password; a wrong one counts as at the door, where five lock the account."""
    try:
        password = form.cleaned_data[field]
        sign_in.by_password(request.user.username, password=password, at=now(), address=address_of(request))
    except Refused as no:
        form.add_error(field, str(no))
    return not form.errors


def _only_with_password(request: SignedInRequest) -> None:
    if not request.user.has_usable_password():
        raise PermissionDenied


@never_cache
@sensitive_post_parameters()
@signed_in
def second_factor(request: SignedInRequest) -> HttpResponse:
    """Set the second factor up with an app, or see that it is on."""
    _only_with_password(request)
    if second_factors.is_on(request.user):
        form = ConfirmPasswordForm()
        left = request.user.recovery_codes.filter(used_at=None).count()
        return render(request, "communities/account/factor_is_on.html", {"form": form, "left": left})
    factor = second_factors.begin(request.user, by=request.user)
    asked = ConfirmFactorForm(request.POST or None)
    if request.method == "POST" and asked.is_valid():
        with refusals_on(asked):
            code = asked.cleaned_data["code"]
            codes = second_factors.confirm(factor, code=code, at=now(), by=request.user)
            return render(request, "communities/account/recovery_codes.html", {"codes": codes})
    uri = totp.uri(factor.secret, account=request.user.username, issuer=_("Small-lane teams"))
    context = {"form": asked, "secret": factor.secret, "qr": qr_of(uri)}
    return render(request, "communities/account/factor.html", context)


@never_cache
@sensitive_post_parameters()
@require_POST
@signed_in
def change_factor(request: SignedInRequest) -> HttpResponse:
    """Switch the second factor off, or make new recovery codes; both ask for the password again."""
    form = ConfirmPasswordForm(request.POST)
    if form.is_valid() and is_password(request, form, "password"):
        return _change_factor(request)
    left = request.user.recovery_codes.filter(used_at=None).count()
    return render(request, "communities/account/factor_is_on.html", {"form": form, "left": left})


def _change_factor(request: SignedInRequest) -> HttpResponse:
    if request.POST.get("what") == "codes":
        codes = second_factors.make_recovery_codes(request.user, by=request.user)
        return render(request, "communities/account/recovery_codes.html", {"codes": codes})
    second_factors.switch_off(request.user, by=request.user)
    messages.success(request, _("The second factor is switched off."))
    return redirect("communities:me")


@require_POST
@signed_in
def end_device(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign another device out."""
    device = get_object_or_404(request.user.devices, pk=pk)
    devices.end(device, by=request.user)
    messages.success(request, _("That device is signed out."))
    return redirect("communities:me")


@require_POST
@signed_in
def withdraw_consent(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a consent back; without the one to the privacy policy nobody stays signed in."""
    consent = get_object_or_404(request.user.consents, pk=pk)
    consents.withdraw(consent, at=now(), by=request.user)
    if consent.kind != consents.PRIVACY:
        messages.success(request, _("Your consent is withdrawn."))
        return redirect("communities:me")
    sessions.stop(request)
    messages.success(request, _("Your consent is withdrawn and you are signed out. Sign in again to give it anew."))
    return redirect("/")


@never_cache
@sensitive_post_parameters("password")
@signed_in
def erase(request: SignedInRequest) -> HttpResponse:
    """Delete one's personal data and close the account, having seen what goes, what stays and what is in the way."""
    has_password, still = request.user.has_usable_password(), erasure.obligations(request.user)
    form = EraseForm(request.POST or None, has_password=has_password)
    is_sure = request.method == "POST" and form.is_valid()
    if is_sure and (not has_password or is_password(request, form, "password")):
        with refusals_on(form):
            erasure.erase(request.user, at=now(), by=request.user, reason=_("asked for it themselves"))
            logout(request)
            messages.success(request, _("Your personal data is deleted and your account closed."))
            return redirect("/")
    return render(request, "communities/account/erase.html", {"form": form, "still": still})
