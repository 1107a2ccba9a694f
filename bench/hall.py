"""An evening's hall: 1,000 ballots in 60 seconds, alone and while 200 screens and 50 staff pages refresh.

Screens ask every second, staff pages every three, as their scripts do. Everything must be answered, every ballot be
there, and the 95th percentile of casting stay below twice what it is without them: `make bench-hall`.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.conf import settings
from django.core.management import call_command

from bench.evening import CSRF, DONE, Client, Evening, server, session
from projects.models.ballots import Ballot
from tests.voting import staff_of

BALLOTS, SECONDS, SCREENS, PAGES, CLIENTS = 1000, 60, 200, 50, 12
FRESH = {DONE, 304}


def at_their_time(number: int, every: float, act: Callable[[int], None], *, threads: int) -> None:
    """Do this for 0, 1, 2 …, one each `every` seconds whether or not the one before has been answered."""
    began = time.monotonic()

    def one(n: int) -> None:
        time.sleep(max(began + n * every - time.monotonic(), 0))
        act(n)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, range(number)))


@contextmanager
def refreshing(evening: Evening, port: int, faults: list[str]):
    """Screens and staff pages that ask again and again until the end, evenly spread."""
    over, screen = threading.Event(), f"/polls/{evening.poll.pk}/screen/figures/"
    control, cookie = f"/polls/{evening.poll.pk}/control/live/", session(staff_of(evening.region))
    local = threading.local()

    def ask(path: str, headers: str = "") -> None:
        local.client = getattr(local, "client", None) or Client(port)
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()
        if (status := local.client.status(request)) not in FRESH:
            faults.append(f"{path} answered {status}")

    def keep(path: str, a_second: float, headers: str = "") -> None:
        number = int(a_second * (SECONDS + 30))
        at_their_time(number, 1 / a_second, lambda _n: over.is_set() or ask(path, headers), threads=6)

    signed_in = f"Cookie: {settings.SESSION_COOKIE_NAME}={cookie}; csrftoken={CSRF}\r\n"
    askers = [
        threading.Thread(target=keep, args=(screen, SCREENS)),
        threading.Thread(target=keep, args=(control, PAGES / 3, signed_in)),
    ]
    for asker in askers:
        asker.start()
    try:
        yield
    finally:
        over.set()
        for asker in askers:
            asker.join()


def cast_all(port: int, *, beside: bool, faults: list[str]) -> float:
    """The 95th percentile of casting, in milliseconds."""
    evening, took = Evening(voters=BALLOTS), []
    local = threading.local()
    requests = [evening.request(number, "/polls/{pk}/vote/cast/") for number in range(BALLOTS)]

    def cast(number: int) -> None:
        local.client = getattr(local, "client", None) or Client(port)
        began = time.perf_counter()
        status = local.client.status(requests[number])
        took.append(1000 * (time.perf_counter() - began))
        if status != DONE:
            faults.append(f"a ballot was answered {status}")

    def evenly() -> None:
        at_their_time(BALLOTS, SECONDS / BALLOTS, cast, threads=CLIENTS)

    if beside:
        with refreshing(evening, port, faults):
            evenly()
    else:
        evenly()
    if (there := Ballot.objects.filter(poll=evening.poll).count()) != BALLOTS:
        faults.append(f"{there} of {BALLOTS} ballots are there")
    return sorted(took)[int(len(took) * 0.95)]


def main() -> int:
    call_command("migrate", verbosity=0)
    faults: list[str] = []
    with server() as port:
        alone = cast_all(port, beside=False, faults=faults)
        beside = cast_all(port, beside=True, faults=faults)
    print(f"{BALLOTS} ballots in {SECONDS} s, 95th percentile of casting: {alone:.1f} ms alone")
    print(f"{beside:.1f} ms beside {SCREENS} screens and {PAGES} staff pages: {beside / alone:.2f} times as long")
    print("\n".join(faults[:10]) or "Everything was answered, and every ballot is there.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
