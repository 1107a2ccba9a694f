"""A ledger of a million entries: how long `check_ledger` takes and what memory, and what a page of a statement costs
beside that of an account of a hundred entries; part of `make bench-ledger`. Exits 1 beyond 30 seconds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from communities.sessions import BACKEND  # noqa: E402
from tests.factories import AccountFactory, UserFactory  # noqa: E402
from volunteers.models import Account, PointEntry  # noqa: E402
from volunteers.services import accounts  # noqa: E402

ENTRIES, SMALL, PEOPLE = int(os.environ.get("ENTRIES", "1000000")), 100, 500
MOST_SECONDS, TIMES = 30, 50
TABLES = ("volunteers_pointentry", "volunteers_journal")
# Past the triggers, which would take an hour; the check proves that the result is as they would have left it.
GROW = """
CREATE TEMP TABLE grown AS SELECT gen_random_uuid() AS journal, n FROM generate_series(1, {times}) n;
INSERT INTO volunteers_journal (id, kind, region_id, reason, reason_en, source, key, fingerprint, actor_id, at)
    SELECT journal, 'grant', {region}, '补录', '', 'bench', '{account}:' || n, 'x', {by}, now() FROM grown;
INSERT INTO volunteers_pointentry (journal_id, account_id, amount, sequence, balance_after)
    SELECT journal, {account}, 1, n, n FROM grown ORDER BY n;
INSERT INTO volunteers_pointentry (journal_id, account_id, amount) SELECT journal, {pool}, -1 FROM grown;
UPDATE volunteers_account SET balance = {times}, sequence = {times} WHERE id = {account};
DROP TABLE grown
"""


def grow(account: Account, *, times: int, by: int) -> None:
    """So many entries on an account, and as many on the pool they came from."""
    pool = accounts.pool_of(account.region).pk
    with connection.cursor() as cursor:
        cursor.execute(GROW.format(times=times, region=account.region_id, account=account.pk, pool=pool, by=by))


def switch_triggers(how: str) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} {how} TRIGGER ALL")
            cursor.execute(f"ANALYZE {table}")


def check() -> tuple[float, int]:
    """Seconds and the greatest memory (kB) of `manage.py check_ledger` as a process of its own."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "manage.py", "check_ledger"], cwd=ROOT)
    _pid, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit("The ledger is not sound: the measurement is worth nothing.")
    return time.perf_counter() - began, used.ru_maxrss


def milliseconds(client: Any, path: str) -> float:
    """The middle of many answers."""
    taken = []
    for _time in range(TIMES):
        began = time.perf_counter()
        answer = client.get(path)
        taken.append(time.perf_counter() - began)
        if answer.status_code != 200:  # noqa: PLR2004
            sys.exit(f"{path} answered {answer.status_code}.")
    return sorted(taken)[TIMES // 2] * 1000


def pages(account: Account, *, before: int) -> dict[str, float]:
    client = Client()
    client.force_login(account.volunteer.user, backend=BACKEND)
    api = f"/api/v1/points-accounts/{account.pk}/"
    paths = ["/volunteer/", "/volunteer/points/", f"/volunteer/points/?before={before}", api, f"{api}statement/"]
    names = [path.replace(f"/{account.pk}/", "/N/").replace(str(before), "middle") for path in paths]
    return {name: milliseconds(client, path) for name, path in zip(names, paths, strict=True)}


def main() -> int:
    call_command("migrate", verbosity=0)
    by = UserFactory().pk
    small, large, *people = [AccountFactory() for _number in range(PEOPLE + 2)]
    switch_triggers("DISABLE")
    grow(small, times=SMALL, by=by)
    empty_seconds, empty_memory = check()
    each = ENTRIES // 4 // PEOPLE
    for account in people:
        grow(account, times=each, by=by)
    grow(large, times=ENTRIES // 2 - SMALL - each * PEOPLE, by=by)
    switch_triggers("ENABLE")
    seconds, memory = check()
    print(f"check_ledger: {PointEntry.objects.count()} entries in {seconds:.1f} s and {memory // 1024} MB")
    print(f"              {2 * SMALL} entries in {empty_seconds:.1f} s and {empty_memory // 1024} MB")
    of_few, of_many = pages(small, before=SMALL // 2), pages(large, before=ENTRIES // 8)
    for (path, few), many in zip(of_few.items(), of_many.values(), strict=True):
        print(f"{path:34} {few:6.1f} ms with {SMALL} entries   {many:6.1f} ms with {large.entries.count()}")
    return seconds > MOST_SECONDS


if __name__ == "__main__":
    sys.exit(main())
