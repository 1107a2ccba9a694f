"""The volunteers' side of `bench/kill.py redemptions`: all redeem, sending again until there is a voucher; then the
books are checked against what each was told."""

from __future__ import annotations

import os
import random
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from bench.evening import CSRF, Client, session  # noqa: E402
from tests.factories import AccountFactory, JournalFactory, RewardFactory, StockChangeFactory  # noqa: E402
from volunteers.models import Account, Redemption, Reward  # noqa: E402
from volunteers.services import audits  # noqa: E402

CLIENTS, PATIENCE, FOUND = 6, 60, 302
VOLUNTEERS, PRICE, START = 20, 7, 1000
OVER = threading.Event()


class Spree:
    """Volunteers with points, each signed in, and a reward of which there are more pieces than anybody redeems."""

    def __init__(self) -> None:
        self.reward: Reward = RewardFactory(points=PRICE, stock=100_000)
        StockChangeFactory(reward=self.reward, pieces=100_000)
        rows = [AccountFactory(volunteer__region=self.reward.region) for _number in range(VOLUNTEERS)]
        self.volunteers = [row.volunteer for row in rows]
        for volunteer in self.volunteers:
            JournalFactory(volunteer=volunteer, points=START)
        self.sessions = [session(volunteer.user) for volunteer in self.volunteers]

    def request(self, number: int) -> bytes:
        """The bytes by which the volunteer whose turn it is redeems; the key is this redemption's own."""
        body = f"csrfmiddlewaretoken={CSRF}&key=spree-{number}"
        head = [
            f"POST /rewards/{self.reward.pk}/ HTTP/1.1",
            "Host: localhost",
            f"Cookie: {settings.SESSION_COOKIE_NAME}={self.sessions[number % VOLUNTEERS]}; csrftoken={CSRF}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*head, "", body]).encode()


class Counter(Client):
    """A client that hears to which voucher it is led."""

    def voucher(self, request: bytes) -> int:
        for _try in range(2):
            status, page = self.answer(request)
            if found := re.search(r"/vouchers/(\d+)/", self.head if status == FOUND else ""):
                return int(found[1])
            if status or page:
                return 0
        return 0

    def _read(self) -> bytes:
        data = super()._read()
        self.head = data.partition(b"\r\n\r\n")[0].decode()
        return data


def redeem(spree: Spree, number: int, port: int) -> int:
    """Send one redemption, with the same key, until there is a voucher; its number, or 0 after a minute."""
    request, deadline, client = spree.request(number), time.monotonic() + PATIENCE, Counter(port)
    while time.monotonic() < deadline:
        try:
            if voucher := client.voucher(request):
                return voucher
        except OSError:
            client = Counter(port)
        time.sleep(0.2)
    return 0


def burst(spree: Spree, times: int, port: int) -> list[int]:
    """Everybody redeems, a few at a time, slowly as long as things are killed; the voucher of each."""

    def one(number: int) -> int:
        voucher = redeem(spree, number, port)
        if not OVER.is_set():
            time.sleep(random.uniform(0, 0.1))
        return voucher

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(one, range(times)))


def faults(spree: Spree, vouchers: list[int]) -> list[str]:
    """What is wrong, in words."""
    connection.close()  # ours was killed with PostgreSQL
    known = dict(Redemption.objects.values_list("pk", "key"))
    lost = [number for number, pk in enumerate(vouchers) if pk and known.get(pk) != f"spree-{number}"]
    found = [f"{len(lost)} vouchers that were handed out are not in the books."] if lost else []
    if len(known) != len(vouchers):
        found.append(f"{len(known)} redemptions of {len(vouchers)}.")
    if never := vouchers.count(0):
        found.append(f"{never} never got through.")
    for account in Account.objects.filter(volunteer__in=spree.volunteers):
        spent = PRICE * Redemption.objects.filter(volunteer=account.volunteer).count()
        if account.balance != START - spent:
            found.append(f"account {account.pk}: {account.balance} points after spending {spent} of {START}.")
    return [*found, *audits.find_faults()]


def main() -> int:
    spree, times = Spree(), int(sys.argv[1])
    print(f"{times} redemptions", flush=True)
    threading.Thread(target=lambda: (sys.stdin.readline(), OVER.set()), daemon=True).start()
    vouchers = burst(spree, times, int(os.environ["PORT"]))
    found = faults(spree, vouchers)
    print("\n".join(found) or f"{len(vouchers)} vouchers, each once in the books, the points taken once; sound.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
