"""A rule's no, on a page."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from communities.models import Refused


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
