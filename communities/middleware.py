"""What every page needs: how the reader likes to read, and a rule's no in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlencode

from csp.constants import HEADER, UNSAFE_EVAL, UNSAFE_INLINE
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from communities.models import Refused

CONSOLE = "/admin/"
ELDER_COOKIE = "elder"
A_YEAR = 365 * 24 * 3600


class ReadingMiddleware:
    """长辈版: large type by `?elder=1` (a link or a printed QR code), remembered in a cookie, off by `?elder=0`.

    Also gives templates the links that lead back to the page one is reading.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest  # no database keeps this character, and nobody types it
        asked = request.GET.get("elder")
        request.elder = (asked or request.COOKIES.get(ELDER_COOKIE)) == "1"
        request.is_demo = settings.DEMO
        request.part = request.path.split("/")[1]
        request.elder_toggle = SimpleLazyObject(lambda: _with(request, elder="0" if request.elder else "1"))
        request.sign_in_url = SimpleLazyObject(lambda: _sign_in_url(request))
        response = self.get_response(request)
        if asked in {"0", "1"}:
            response.set_cookie(ELDER_COOKIE, asked, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
        return response


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}"


def _sign_in_url(request: HttpRequest) -> str:
    """The door, from which one comes back here; nothing for whoever stands at it."""
    is_at_the_door = request.path.startswith(settings.LOGIN_URL)
    return "" if is_at_the_door else f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}"


class PolicyMiddleware:
    """Where scripts and styles may come from: this server alone; the console's Alpine also needs eval."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, _policy(request.path.startswith(CONSOLE)))
        return response


@cache
def _policy(is_console: bool) -> str:
    """The two policies never change while the server runs, so each is spelled once."""
    more = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]} if is_console else None
    return build_policy(update=more)


class RefusalMiddleware:
    """Shows a refusal that no form caught as a page that says why and leads back; the API has its own shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, IntegrityError):
            error = Refused.from_database(error)
        if not isinstance(error, Refused):
            return None
        back = request.META.get("HTTP_REFERER", "/")
        return render(request, "refused.html", {"message": str(error), "back": back}, status=409)
