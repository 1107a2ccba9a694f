"""Whether everything that must run does: /healthz for a load balancer, `manage.py health` for a container."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from config import hearts
from config.celery import app


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _broker() -> bool:
    """Redis answers, or the folder of the file queue can be written to."""
    if settings.REDIS_URL:
        with app.connection_for_write(connect_timeout=2) as line:
            line.ensure_connection(max_retries=1, timeout=2)
        return True
    probe = settings.VAR_DIR / "broker-control" / ".probe"
    probe.write_text("")
    return True


PARTS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "broker": _broker,
    "worker": lambda: hearts.is_alive("worker"),
    "beat": lambda: hearts.is_alive("beat"),
}


def states() -> dict[str, str]:
    """Every part: "up" or "down"."""
    return {part: "up" if _answers(asks) else "down" for part, asks in PARTS.items()}


def _answers(asks: Callable[[], bool]) -> bool:
    try:
        return asks()
    except Exception:  # noqa: BLE001 (whatever a client raises: what cannot be asked is down)
        return False


def silent() -> list[str]:
    """The parts that work in the background and have left no sign of life lately."""
    return [part for part in ("worker", "beat") if not _answers(PARTS[part])]


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all parts are up, 503 when one is down, and which."""
    found = states()
    is_well = "down" not in found.values()
    return JsonResponse({"status": "up" if is_well else "down", **found}, status=200 if is_well else 503)
