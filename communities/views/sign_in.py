"""登录: one page for the phone, one for the code; staff sign in with a password."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from communities import sessions
from communities.addresses import address_of
from communities.forms.sign_in import CodeForm, FactorForm, NewPasswordForm, PasswordForm, PhoneForm, WelcomeForm
from communities.models import DemoPerson, Refused, User
from communities.services import people, phone_codes, residents, second_factors, sign_in
from communities.views import codes

# What this browser has shown so far: {"phone", "proven_at", "user", "how", "next"}.
STATE = "sign_in"
# How long a shown code or password lets one finish signing in, in seconds.
PATIENCE = 600


def _next(request: HttpRequest, default: str = "") -> str:
    """Where the person wanted to go: only a place on this site, and not the door they stand at."""
    target = request.POST.get("next") or request.GET.get("next") or request.session.get(STATE, {}).get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe and not target.startswith(settings.LOGIN_URL) else default


def _state(request: HttpRequest, **shown: Any) -> dict[str, Any]:
    """What this browser has shown, with what it shows now."""
    state: dict[str, Any] = request.session.get(STATE, {}) | shown
    request.session[STATE] = state
    return state


def _door(request: HttpRequest, name: str) -> HttpResponse:
    target = _next(request)
    return redirect(reverse(f"communities:{name}") + (f"?{urlencode({'next': target})}" if target else ""))


def _already_in(request: HttpRequest) -> HttpResponse | None:
    """Whoever is signed in goes on; the console stays shut for those who have no work there."""
    if not isinstance(request.user, User):
        return None
    target = _next(request, "/")
    if target.startswith(reverse("admin:index")) and not request.user.is_staff:
        messages.warning(
            request, _("The console is for staff. You are signed in as %(name)s.") % {"name": request.user}
        )
        target = "/"
    return redirect(target)


@never_cache
def by_phone(request: HttpRequest) -> HttpResponse:
    """Ask for the phone, send it a code."""
    if back := _already_in(request):
        return back
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _state(request, phone=form.cleaned_data["phone"], next=_next(request), proven_at=0)
        if _sent(request, form):
            return redirect("communities:sign-in-code")
    demo = DemoPerson.objects.select_related("user") if settings.DEMO else ()
    return render(request, "communities/sign_in.html", {"form": form, "next": _next(request), "demo": demo})


def _sent(request: HttpRequest, form: Form) -> bool:
    shown = codes.send(request, request.session[STATE]["phone"], form)
    _state(request, **(shown or {}))
    return shown is not None


@never_cache
@sensitive_post_parameters("code")
def by_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code, and let in whoever has it."""
    phone = request.session.get(STATE, {}).get("phone")
    if request.user.is_authenticated or not phone:
        return _already_in(request) or redirect("communities:sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = phone_codes.verify(phone, typed=form.cleaned_data["code"], at=now())
            phone_codes.consume(code, at=now())
            return _phone_proven(request, phone)
        except Refused as no:
            form.add_error("code" if no.code == "bad_code" else None, str(no))
    about = codes.about(phone, request.session[STATE].get("sms", ""))
    return render(request, "communities/sign_in_code.html", {"form": form, **about})


@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same phone."""
    if not request.session.get(STATE, {}).get("phone"):
        return redirect("communities:sign-in")
    form = Form({})
    if _sent(request, form):
        messages.success(request, _("If it does not come, check the number, or ask your community to help."))
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect("communities:sign-in-code")


def _phone_proven(request: HttpRequest, phone: str) -> HttpResponse:
    user = sign_in.by_phone(phone)
    if user is None or sign_in.needs_welcome(user):
        _state(request, proven_at=now().timestamp())
        return redirect("communities:welcome")
    return _identified(request, user, how="phone")


@never_cache
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask once for a name, and for consent to the privacy policy as it is now."""
    state = request.session.get(STATE, {})
    if request.user.is_authenticated or now().timestamp() - state.get("proven_at", 0) > PATIENCE:
        return _already_in(request) or redirect("communities:sign-in")
    user = sign_in.by_phone(state["phone"])
    form = WelcomeForm(request.POST or None, initial={"name": user.name if user else ""})
    if user and user.name:
        del form.fields["name"]
    if request.method == "POST" and form.is_valid():
        name, version = form.cleaned_data.get("name", ""), settings.PRIVACY_VERSION
        user = sign_in.welcome(state["phone"], name=name, version=version, at=now())
        return _identified(request, user, how="phone")
    return render(request, "communities/welcome.html", {"form": form, "person": user})


@never_cache
@sensitive_post_parameters("password")
def by_password(request: HttpRequest) -> HttpResponse:
    """Ask staff for their name and password."""
    if back := _already_in(request):
        return back
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _state(request, next=_next(request))
        try:
            user = sign_in.by_password(**form.cleaned_data, at=now(), address=address_of(request))
            return _identified(request, user, how="password")
        except Refused as no:
            form.add_error(None, str(no))
    return render(request, "communities/sign_in_password.html", {"form": form, "next": _next(request)})


def _identified(request: HttpRequest, user: User, *, how: str) -> HttpResponse:
    """Ask for the second factor of whoever has one; let everybody else in."""
    if sign_in.needs_factor(user):
        _state(request, user=user.pk, how=how, factor_until=now().timestamp() + PATIENCE)
        return redirect("communities:sign-in-factor")
    return _enter(request, user, how=how)


@never_cache
@sensitive_post_parameters("code")
def by_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the authenticator app, after the password or the phone."""
    state = request.session.get(STATE, {})
    user = User.objects.active().filter(pk=state.get("user")).first()
    if request.user.is_authenticated or not user or now().timestamp() > state["factor_until"]:
        return _already_in(request) or redirect("communities:sign-in-password")
    form = FactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            second_factors.check(user, code=form.cleaned_data["code"], at=now(), address=address_of(request))
            return _enter(request, user, how=f"{state['how']}+factor")
        except Refused as no:
            form.add_error("code", str(no))
    return render(request, "communities/sign_in_factor.html", {"form": form})


def _enter(request: HttpRequest, user: User, *, how: str) -> HttpResponse:
    target = _next(request, reverse("admin:index") if user.is_staff else "/")
    request.session.pop(STATE, None)
    residents.match(user)
    sessions.start(request, user, how=how, at=now())
    response = redirect(target)
    if user.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
    return response


@require_POST
def by_demo(request: HttpRequest, pk: int) -> HttpResponse:
    """Become one of the demo's invented people; there is no such page outside the demo."""
    if not settings.DEMO:
        raise Http404
    person = get_object_or_404(DemoPerson.objects.select_related("user"), pk=pk, user__is_active=True)
    if request.user.is_authenticated:
        sessions.stop(request)
    return _enter(request, person.user, how="demo")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign this browser out."""
    sessions.stop(request)
    messages.success(request, _("You are signed out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


def console_door(request: HttpRequest) -> HttpResponse:
    """The console asks for the same password as everything else."""
    return _already_in(request) or _door(request, "sign-in-password")


@never_cache
@sensitive_post_parameters()
def new_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Set a password by a link that is good once."""
    user = people.behind_link(uid, token)
    if user is None:
        return render(request, "communities/link_is_dead.html", status=410)
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        people.set_password(user, password=form.cleaned_data["new_password1"], by=user)
        messages.success(request, _("Your password is set. You can sign in with it now."))
        return redirect("communities:sign-in-password")
    return render(request, "communities/new_password.html", {"form": form, "person": user})
