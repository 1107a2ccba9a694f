"""How fast a ballot is cast, beside its references, in one run: `make bench`.

The service (every check of the platform, through Django's database layer), the bare statement over psycopg2
(what PostgreSQL itself can do), and the naive way (look, look again, insert, insert), each by the same number of
threads on the same durable PostgreSQL. Machines differ and are noisy: read the ratios, not the figures.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

import psycopg2  # noqa: E402 (Django first)
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from communities.models import Resident, User  # noqa: E402
from projects.models import Poll, Turnout, VoterRollEntry  # noqa: E402
from projects.models.ballots import Ballot  # noqa: E402
from projects.services import ballots  # noqa: E402
from tests.factories import RegionFactory  # noqa: E402
from tests.voting import an_open_poll, options_of  # noqa: E402

THREADS, VOTERS, ROUNDS = 8, 800, 3
BARE = """
    WITH went AS (INSERT INTO projects_turnout (entry_id, poll_id, channel) VALUES (%s, %s, 'phone')
                  ON CONFLICT DO NOTHING RETURNING poll_id)
    INSERT INTO projects_ballot (id, poll_id, choices, key_hash, receipt)
    SELECT %s::uuid, poll_id, %s::bigint[], %s, %s FROM went
"""


def an_evening() -> tuple[Poll, list[VoterRollEntry], list[int]]:
    """An open poll with VOTERS people on its roll."""
    region = RegionFactory()
    users = User.objects.bulk_create(
        User(username=secrets.token_hex(8), name="选民", password="!") for _number in range(VOTERS)
    )
    Resident.objects.bulk_create(Resident(region=region, user=user, name="选民", status="verified") for user in users)
    poll = an_open_poll(region, voters=0, max_choices=3)
    entries = list(poll.roll.entitled().select_related("user").order_by("pk"))
    return poll, entries, options_of(poll)


def by_service(poll: Poll, entry: VoterRollEntry, choices: list[int]) -> None:
    ballots.cast(poll, choices=choices, key=ballots.new_key(), by=entry.user)


def naively(poll: Poll, entry: VoterRollEntry, choices: list[int]) -> None:
    """Get, exists, create, create: slower, and two at once would both pass the look."""
    with transaction.atomic():
        mine = VoterRollEntry.objects.get(poll=poll, user=entry.user)
        still = Poll.objects.get(pk=poll.pk)
        if still.is_open(now()) and not Turnout.objects.filter(entry=mine).exists():
            Turnout.objects.create(entry=mine, poll=poll, channel="phone")
            Ballot.objects.create(poll=poll, choices=choices, key_hash=secrets.token_hex(32), receipt=_receipt())


def barely(dsn: str) -> Callable[[Poll, VoterRollEntry, list[int]], None]:
    connections: dict[int, psycopg2.extensions.connection] = {}

    def cast(poll: Poll, entry: VoterRollEntry, choices: list[int]) -> None:
        mine = connections.setdefault(entry.pk % THREADS, None) or psycopg2.connect(dsn)
        connections[entry.pk % THREADS] = mine
        mine.autocommit = True
        values = [entry.pk, poll.pk, str(uuid.uuid4()), choices, secrets.token_hex(32), _receipt()]
        with mine.cursor() as cursor:
            cursor.execute(BARE, values)

    return cast


def _receipt() -> str:
    return secrets.token_hex(6).upper()


def per_second(cast: Callable[[Poll, VoterRollEntry, list[int]], None]) -> float:
    """Ballots a second, by THREADS threads that each serve their share of a fresh roll."""
    poll, entries, options = an_evening()

    def serve(number: int) -> None:
        for entry in entries:
            if entry.pk % THREADS == number:
                cast(poll, entry, options)
        connection.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(serve, range(THREADS)))
    took = time.perf_counter() - began
    if Ballot.objects.filter(poll=poll).count() != VOTERS:
        sys.exit("Not every ballot arrived: the measurement is worth nothing.")
    return VOTERS / took


def main() -> None:
    call_command("migrate", verbosity=0)
    ways = {"bare statement": barely(os.environ["DATABASE_URL"]), "service": by_service, "naive": naively}
    runs: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(ROUNDS):
        for name, cast in ways.items():
            runs[name].append(per_second(cast))
    middle = {name: sorted(figures)[ROUNDS // 2] for name, figures in runs.items()}
    for name, figure in middle.items():
        print(f"{name:16} {figure:8.0f} a second   {figure / middle['bare statement']:.2f} of the bare statement")


if __name__ == "__main__":
    main()
