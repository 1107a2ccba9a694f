"""The voters' side of bench/kill.py: all vote, sending again until there is a receipt; then everything is checked."""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django

django.setup()

from django.db import connection  # noqa: E402

from bench.evening import DONE, Client, Evening  # noqa: E402
from projects.services import ballots, polls  # noqa: E402
from tests.voting import staff_of  # noqa: E402

CLIENTS, PATIENCE = 6, 60
OVER = threading.Event()


def vote(evening: Evening, number: int, port: int) -> str:
    """Send one voter's ballot, with the same key, until it is answered; the receipt, or nothing after a minute."""
    request, deadline, client = (
        evening.request(number, "/polls/{pk}/vote/cast/"),
        time.monotonic() + PATIENCE,
        Client(port),
    )
    while time.monotonic() < deadline:
        try:
            status, page = client.answer(request)
        except OSError:
            client, status, page = Client(port), 0, ""
        if status == DONE:
            return page.partition('class="code">')[2].partition("<")[0]
        time.sleep(0.2)
    return ""


def burst(evening: Evening, port: int) -> list[str]:
    """Everybody votes, a few at a time, slowly as long as things are killed; what each was handed."""

    def one(number: int) -> str:
        receipt = vote(evening, number, port)
        if not OVER.is_set():
            time.sleep(random.uniform(0, 0.1))
        return receipt

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(one, range(len(evening.users))))


def faults(evening: Evening, receipts: list[str]) -> list[str]:
    """What is wrong, in words."""
    connection.close()  # ours was killed with PostgreSQL
    polls.close(evening.poll, by=staff_of(evening.region), reason="burst over")
    poll = evening.poll
    poll.refresh_from_db()
    handed = [receipt for receipt in receipts if receipt]
    lost = set(handed) - {receipt for receipt, *_said in ballots.published(poll)}
    found = [f"{len(lost)} receipts are not in the recount."] if lost else []
    if len(set(handed)) != len(handed):
        found.append("Two voters have one receipt.")
    if poll.ballots != poll.voted:
        found.append(f"{poll.ballots} ballots of {poll.voted} voters.")
    if len(handed) != len(receipts):
        found.append(f"{len(receipts) - len(handed)} voters never got through.")
    return found


def main() -> int:
    evening = Evening(voters=int(sys.argv[1]))
    print(f"{sys.argv[1]} voters", flush=True)
    threading.Thread(target=lambda: (sys.stdin.readline(), OVER.set()), daemon=True).start()
    receipts = burst(evening, int(os.environ["PORT"]))
    found = faults(evening, receipts)
    print("\n".join(found) or f"{len(receipts)} receipts, every one in the recount; nobody twice.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
