"""One JSON line for each request and each event, without personal data: no paths, no values, no addresses."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from smtplib import SMTPException
from uuid import uuid4

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("request_id", default="")
log = logging.getLogger("xiaoxiang.requests")
# Their words name hosts and settings; those of other errors may quote what somebody typed.
SPEAKING = (OSError, OperationalError, ImproperlyConfigured)
LONGEST_ID = 64


class RequestMiddleware:
    """Gives every request an id (the proxy's X-Request-Id, or a new one), answers with it, and logs one line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        is_plain = given.replace("-", "").isalnum() and given.isascii() and len(given) <= LONGEST_ID
        token = request_id.set(given if is_plain else uuid4().hex)
        begun = time.monotonic()
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            log.info("request", extra={"fields": _facts(request, response, time.monotonic() - begun)})
            return response
        finally:
            request_id.reset(token)


def _facts(request: HttpRequest, response: HttpResponse, seconds: float) -> dict[str, object]:
    """The route, not the path: a path may hold a code or somebody's number."""
    route = request.resolver_match.route if request.resolver_match else ""
    return {"method": request.method, "route": route, "status": response.status_code, "ms": round(seconds * 1000)}


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            # With an error the arguments may quote it: the bare sentence, and what kind of error where, is enough.
            "message": str(record.msg) if record.exc_info else record.getMessage(),
            "task": getattr(record, "data", {}).get("name", ""),
            "request_id": request_id.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= _error(record.exc_info[1])
        return json.dumps({name: value for name, value in line.items() if value != ""}, ensure_ascii=False)


def _error(error: BaseException) -> dict[str, object]:
    """What went wrong and where, without the values that were at hand."""
    frames = traceback.extract_tb(error.__traceback__)
    speaks = isinstance(error, SPEAKING) and not isinstance(error, SMTPException)  # that names the recipient
    words = {"words": str(error)} if speaks else {}
    return {
        "error": type(error).__qualname__,
        **words,
        "where": [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames],
    }


def configuration(*, as_json: bool) -> dict[str, object]:
    """Everything to stdout: JSON lines in production, short lines for somebody who tries the platform out."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "config.logs.JsonFormatter"},
            "plain": {"format": "%(levelname)s %(name)s: %(message)s"},
        },
        "handlers": {
            "out": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json" if as_json else "plain",
            }
        },
        "root": {"handlers": ["out"], "level": "INFO" if as_json else "WARNING"},
        # Django's own lines about refused requests name paths, as a voting slip's; RequestMiddleware's does without.
        "loggers": {
            "django": {"handlers": []},
            "django.request": {"level": "ERROR"},
            "django.security.csrf": {"level": "ERROR"},
        },
    }
