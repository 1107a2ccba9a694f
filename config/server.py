"""The web server: `python -m config.server`. How it runs is said by HOST, PORT, WEB_CONCURRENCY (processes),
WEB_THREADS (requests at once in each) and LOG_LEVEL.

Granian reads requests and writes answers outside Python, which leaves the processor to the votes: behind it one costs a
quarter less than behind a server that is itself in Python (`make bench`).
"""

from __future__ import annotations

import os

from django.db import connections
from django.urls import get_resolver
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from config import wsgi  # refuses to start here where it must, once for all workers

HOST, PORT = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
SECONDS_TO_FINISH = 10  # what a request may still take when the server is told to stop


def main() -> None:
    """Serve until told to stop; a worker that dies is replaced."""
    # All is loaded before the workers are forked: memory is shared, the first page is quick.
    get_resolver().url_patterns  # noqa: B018 (imports every view)
    connections.close_all()
    server = Granian(
        f"{wsgi.__name__}:application",
        address=HOST,
        port=PORT,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=int(os.environ.get("WEB_CONCURRENCY", "2")),
        blocking_threads=int(os.environ.get("WEB_THREADS", "4")),
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_FINISH,
        log_level=LogLevels(os.environ.get("LOG_LEVEL", "warning").lower()),
    )
    server.on_startup(_say_ready)
    server.serve()


def _say_ready() -> None:
    shown = "localhost" if HOST == "127.0.0.1" else HOST
    print(f"\n  Ready: http://{shown}:{PORT}/   (Ctrl-C stops it)\n", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
