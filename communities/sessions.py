"""A signed-in browser: it begins with a fresh session key and ends by itself after a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.addresses import address_of
from communities.models import SignedInDevice, User
from communities.services import second_factors
from communities.services.audit import Kind, write

BACKEND = "django.contrib.auth.backends.ModelBackend"
STARTED, SEEN = "started_at", "seen_at"
API, OWN = "/api/", ("/api/v1/me/", "/api/v1/sessions/")
# How exactly it is known when a device was last seen, in seconds.
SEEN_EVERY = 60


def start(request: HttpRequest, user: User, *, how: str, at: datetime) -> None:
    """Sign this browser in; the session gets a new key, so that nobody who knew the old one comes with it."""
    SignedInDevice.objects.filter(session_key=request.session.session_key or "").delete()
    login(request, user, backend=BACKEND)
    request.session[STARTED] = request.session[SEEN] = at.timestamp()
    request.session.set_expiry(_limits(user)[1])
    request.session.save()
    agent = request.headers.get("User-Agent", "")[:200]
    key = request.session.session_key or ""
    SignedInDevice.objects.create(user=user, session_key=key, agent=agent, started_at=at, seen_at=at)
    write(Kind.SIGNED_IN, by=user, subject=user, address=address_of(request), how=how)


def stop(request: HttpRequest) -> None:
    """Sign this browser out."""
    user = request.user
    if isinstance(user, User):
        SignedInDevice.objects.filter(session_key=request.session.session_key).delete()
        write(Kind.SIGNED_OUT, by=user, subject=user)
    logout(request)


def keep(request: HttpRequest, user: User) -> None:
    """Stay signed in here after one's password has changed, with a new session key."""
    old = request.session.session_key
    update_session_auth_hash(request, user)
    request.session.save()
    SignedInDevice.objects.filter(session_key=old).update(session_key=request.session.session_key)


def _limits(user: User) -> tuple[int, int]:
    return settings.SESSION_LIMITS["staff" if user.is_staff else "others"]


def _no_factor() -> dict[str, Any]:
    """The API's one shape of a refusal."""
    message = _("Set up the second factor first: this city asks its staff for one.")
    return {"code": "second_factor_missing", "message": message, "fields": {}}


class SessionLimits:
    """Ends a session that was idle or signed in for too long; asks staff for a second factor where the city does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Before a view runs; one marked `without_session` knows its person by other means and asks for neither."""
        if getattr(view, "without_session", False):
            return None
        if STARTED in request.session and request.user.is_authenticated:
            self._keep_time(request, at=now())
        if self._lacks_factor(request):
            if request.path.startswith(API):
                return JsonResponse({"error": _no_factor()}, status=403)
            messages.warning(request, _("The console opens when you have set up the second factor."))
            return HttpResponseRedirect(reverse("communities:second-factor"))
        return None

    def _keep_time(self, request: Any, *, at: datetime) -> None:
        idle, absolute = _limits(request.user)
        started, seen, moment = request.session[STARTED], request.session[SEEN], at.timestamp()
        if moment - seen >= idle or moment - started >= absolute:
            stop(request)
            messages.info(request, _("You were signed out for safety after a while. Please sign in again."))
        elif moment - seen >= SEEN_EVERY:
            request.session[SEEN] = moment
            SignedInDevice.objects.filter(session_key=request.session.session_key).update(seen_at=at)

    def _lacks_factor(self, request: Any) -> bool:
        """What the console does the API does too, so it asks for the same; not for seeing one's account, or leaving."""
        is_staffs = request.path.startswith((reverse("admin:index"), API)) and not request.path.startswith(OWN)
        if not settings.SECOND_FACTOR_FOR_STAFF or not is_staffs:
            return False
        return request.user.is_authenticated and request.user.is_staff and not second_factors.is_on(request.user)
