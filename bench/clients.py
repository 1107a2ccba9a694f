"""Clients that do something as fast as they can, at once: as threads of one process, as a web server's worker has
them, or as processes of their own. Needs nothing but Python, so that other environments can use it too."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from typing import Any

WARM_UP = 2


def rate(act: Callable[[int], None], *, clients: int, each: int, threads: bool) -> float:
    """How often a second `act(client)` was done, by so many clients, each so often. Call it with no open connection."""
    kind: Any = threading if threads else multiprocessing.get_context("fork")
    ready, done = kind.Barrier(clients + 1), kind.Barrier(clients + 1)

    def work(client: int) -> None:
        for number in range(-WARM_UP, each):
            if number == 0:
                ready.wait()
            act(client)
        done.wait()

    make = kind.Thread if threads else kind.Process
    workers = [make(target=work, args=(client,)) for client in range(clients)]
    for worker in workers:
        worker.start()
    ready.wait()
    began = time.perf_counter()
    done.wait()
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return clients * each / seconds
