"""One error shape for the whole API.

    {"error": {"code": "refused", "message": "…", "fields": {"title": ["…"]}}}

`code` is for programs, `message` for people in their language, `fields` (may be empty) puts messages at inputs;
errors of the whole form stand under "non_field_errors".
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
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
        return _response(409, error.code, str(error))
    if isinstance(error, DjangoValidationError):
        fields: dict[str, Any] = (
            error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        )
        error = ValidationError(fields)
    response = default_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        return _response(400, "invalid", _("Please check what was entered."), fields, response)
    detail = getattr(error, "detail", None)
    code = detail.code if isinstance(detail, ErrorDetail) else getattr(error, "default_code", "not_found")
    message = str(detail) if isinstance(error, APIException) else _("Not found.")
    return _response(response.status_code, code, message, original=response)


def _response(status: int, code: str, message: str, fields: Any = None, original: Response | None = None) -> Response:
    body = {"error": {"code": code, "message": message, "fields": fields or {}}}
    headers = {name: original[name] for name in ("WWW-Authenticate", "Retry-After") if original and name in original}
    return Response(body, status=status, headers=headers)
