"""手机号: changing the number one signs in with: the new one is asked for, then the code that was sent to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from communities import sessions
from communities.forms.account import NewPhoneForm
from communities.forms.sign_in import CodeForm
from communities.models import Refused
from communities.pages import SignedInRequest, refusals_on, signed_in
from communities.services import phone_codes, phone_numbers
from communities.views import codes
from communities.views.account import is_password

# What this browser asked for: {"phone", "sms"}.
STATE = "new_phone"


@never_cache
@sensitive_post_parameters("password")
@signed_in
def ask(request: SignedInRequest) -> HttpResponse:
    """Ask for the new number (and for the password where there is one), and send it a code."""
    has_password = request.user.has_usable_password()
    form = NewPhoneForm(request.POST or None, has_password=has_password)
    if request.method == "POST" and form.is_valid() and (not has_password or is_password(request, form, "password")):
        shown = codes.send(request, form.cleaned_data["phone"], form)
        if shown is not None:
            request.session[STATE] = {"phone": form.cleaned_data["phone"], **shown}
            return redirect("communities:new-phone-code")
    return render(request, "communities/account/phone.html", {"form": form})


@never_cache
@sensitive_post_parameters("code")
@signed_in
def prove(request: SignedInRequest) -> HttpResponse:
    """Ask for the code that was sent to the new number; with it the number is changed."""
    asked = request.session.get(STATE)
    if not asked:
        return redirect("communities:new-phone")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = phone_codes.verify(asked["phone"], typed=form.cleaned_data["code"], at=now())
            phone_codes.consume(code, at=now())
        except Refused as no:
            form.add_error("code" if no.code == "bad_code" else None, str(no))
        else:
            return _changed(request, asked["phone"], form)
    about = codes.about(asked["phone"], asked.get("sms", ""))
    return render(request, "communities/account/phone_code.html", {"form": form, **about})


def _changed(request: SignedInRequest, phone: str, form: CodeForm) -> HttpResponse:
    with refusals_on(form):
        key = request.session.session_key or ""
        phone_numbers.change(request.user, phone=phone, at=now(), by=request.user, but=key)
        request.session.pop(STATE)
        sessions.keep(request, request.user)
        messages.success(request, _("Your phone number is changed. You were signed out everywhere else."))
        return redirect("communities:me")
    request.user.refresh_from_db()
    return render(request, "communities/account/phone_code.html", {"form": form, **codes.about(phone, "")})
