"""Signs of life: worker and clock each leave one every few seconds, and /healthz looks how fresh they are."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import beat
from celery.signals import beat_init, celeryd_init, heartbeat_sent
from django.conf import settings
from django.core.cache import cache

from config.safety import refuse_unsafe

EVERY = 4  # seconds
_last: dict[str, float] = {}


def beat_heart(part: str) -> None:
    """Say that this part lives, at most every few seconds. A cache that is away must not stop the part."""
    if time.monotonic() - _last.get(part, -EVERY) < EVERY:
        return
    _last[part] = time.monotonic()
    try:
        cache.set(f"heart:{part}", time.time(), timeout=None)
    except Exception:  # noqa: BLE001 (whatever the cache's client raises: the part itself is alive)
        logging.getLogger(__name__).warning("no sign of life could be left")


def is_alive(part: str) -> bool:
    """Whether the part left a sign lately; raises what the cache's client raises."""
    seen = cache.get(f"heart:{part}")
    return seen is not None and time.time() - seen < settings.SECONDS_OF_SILENCE


class Scheduler(beat.Scheduler):
    """The clock. Everything is due when it starts, as tasks catch up after downtime: so it keeps no file."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now().replace(year=2000)

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        beat_heart("beat")
        return super().tick(*args, **kwargs)


def listen() -> None:
    """Hang on to what worker and clock tell about themselves."""
    for starts in (celeryd_init, beat_init):
        starts.connect(_refuse_unsafe)
    heartbeat_sent.connect(_worker_lives)


def _refuse_unsafe(**_: Any) -> None:
    refuse_unsafe()


def _worker_lives(**_: Any) -> None:
    beat_heart("worker")
