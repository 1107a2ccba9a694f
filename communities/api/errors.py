"""One error shape for the whole API.

    {"error": {"code": "refused", "message": "…", "fields": {"title": ["…"]}}}

`code` is for programs, `message` for people in their language, `fields` (may be empty) puts messages at inputs;
errors of the whole form stand under "non_field_errors". A refusal may add what a program needs to go on (`conflicts`).
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.defaults import bad_request, server_error
from rest_framework.exceptions import APIException, ParseError, PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler
from rest_framework.views import set_rollback

from communities.models import Refused


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Give every error its one shape: a domain refusal is 409, bad input 400, a stranger's thing 404."""
    if isinstance(error, IntegrityError):
        error = Refused.from_database(error)
    if isinstance(error, Refused):
        set_rollback()
        answer = _response(409, error.code, str(error))
        answer.data["error"] |= error.details
        return answer
    if isinstance(error, DjangoValidationError):
        fields: dict[str, Any] = (
            error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        )
        error = ValidationError(fields)
    if isinstance(error, (SuspiciousOperation, OverflowError)):  # a number or a day beyond what can be kept
        error = ParseError()
    response = default_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        return _response(400, "invalid", _("Please check what was entered."), fields, response)
    return _response(response.status_code, *_said(error), original=response)


def _said(error: Exception) -> tuple[str, str]:
    """Code and message of what the framework refuses; it says some of it in English alone."""
    if not isinstance(error, APIException):
        return (
            ("not_found", _("Not found.")) if isinstance(error, Http404) else ("permission_denied", _("Not allowed."))
        )
    detail: Any = error.detail
    if isinstance(error, ParseError):
        return detail.code, _("What was sent cannot be read.")
    if isinstance(error, PermissionDenied) and str(detail).startswith("CSRF"):
        return "csrf_failed", _("Send the header X-CSRFToken with the token that /api/v1/me/ gives.")
    return getattr(detail, "code", error.default_code), str(detail)


def _response(status: int, code: str, message: str, fields: Any = None, original: Response | None = None) -> Response:
    body = _body(code, message, fields)
    headers = {name: original[name] for name in ("WWW-Authenticate", "Retry-After") if original and name in original}
    return Response(body, status=status, headers=headers)


def _body(code: str, message: str, fields: Any = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "fields": fields or {}}}


@csrf_exempt
def no_such_address(_request: HttpRequest, *_args: Any, **_kwargs: Any) -> JsonResponse:
    """Below /api/ an address that does not exist is told so in the one shape."""
    return JsonResponse(_body("not_found", _("Not found.")), status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """What went wrong on our side, without details: the API in its shape, pages as a page."""
    if request.path.startswith("/api/"):
        message = _("Something went wrong on our side. Please try again in a moment.")
        return JsonResponse(_body("server_error", message), status=500)
    return server_error(request)


def cannot_be_read(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was refused before any resource saw it: the API in its shape, pages as a page."""
    if request.path.startswith("/api/"):
        return JsonResponse(_body("parse_error", _("What was sent cannot be read.")), status=400)
    return bad_request(request, exception)
