"""How fast points are spent, beside the bare statements and beside django-hordak, in one run: `make bench-ledger`.

Eight clients on durable PostgreSQL, on 650 accounts and on one hot account, as threads of one process, as a web worker
has them, and as eight processes: (a) pgbench with the bare statements of a redemption; (b) the service itself, which
checks the reward, the person and the key besides; (c) a transfer of django-hordak, in a database and an environment of
its own, as it is, which checks nothing, and guarded, which is what it takes that nobody is overdrawn; (d) the least
that keeps a balance from falling below zero: one conditional update with its entry, in two tables of their own without
a law, a key to another table or a second leg. What lies between (a) and (d) is what a redemption writes more, and the
laws that hold it. Client and database share the machine. Machines differ and are noisy: read the ratios. Exits 1 if
somebody is overdrawn or the books are unsound.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

import django  # noqa: E402

django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench.clients import rate  # noqa: E402
from communities.models import User  # noqa: E402
from tests.factories import AccountFactory, FundingFactory, RewardFactory, UserFactory  # noqa: E402
from tests.stack import find  # noqa: E402
from volunteers.models import Account, Redemption, Reward, Volunteer  # noqa: E402
from volunteers.services import accounts, audits, journals, redemptions  # noqa: E402

ACCOUNTS, CLIENTS = 650, 8
ROUNDS = int(os.environ.get("ROUNDS", "3"))
EACH = int(os.environ.get("EACH", "400"))  # redemptions of a client
PRICE, START = 1, 1_000_000
HORDAKS = ("django-hordak", "django-hordak, guarded")
REFERENCES = ("bare statements", *HORDAKS)
WAYS = ("the service", "the least", *REFERENCES)
CASES = {  # what is measured: on one hot account, by threads
    "650 accounts, threads": (False, True),
    "one account, threads": (True, True),
    "650 accounts, processes": (False, False),
    "one account, processes": (True, False),
}
BARE = """\\set number random(0, {last})
\\set account {first} + :number
BEGIN;
UPDATE volunteers_account SET balance = balance - 1, sequence = sequence + 1 WHERE id = :account AND balance >= 1
    RETURNING balance, sequence, volunteer_id AS volunteer \\gset
INSERT INTO volunteers_pointentry (journal_id, account_id, amount, sequence, balance_after)
    VALUES (gen_random_uuid(), :account, -1, :sequence, :balance) RETURNING journal_id AS journal \\gset
INSERT INTO volunteers_pointentry (journal_id, account_id, amount) VALUES (:journal, {partner}, 1);
INSERT INTO volunteers_journal (id, kind, region_id, reason, reason_en, source, key, fingerprint, actor_id, at)
    VALUES (:journal, 'redeem', {region}, 'x', '', 'reward', md5(random()::text), 'x',
        (SELECT user_id FROM volunteers_volunteer WHERE id = :volunteer), now()) RETURNING actor_id AS by \\gset
INSERT INTO volunteers_redemption (region_id, status, volunteer_id, reward_id, points, code, key, valid_until,
        redeemed_at, journal_id)
    VALUES ({region}, 'issued', :volunteer, {reward}, 1, left(md5(random()::text), 16), md5(random()::text),
        '2099-12-31', now(), :journal) RETURNING id AS voucher \\gset
INSERT INTO communities_statuschange (content_type_id, object_id, region_id, old, new, actor_id, reason, at)
    VALUES ({kind}, :voucher, {region}, '', 'issued', :by, '', now());
COMMIT;
"""

LEAST = """\\set account random(0, {last})
WITH paid AS (
    UPDATE least_account SET balance = balance - 1, sequence = sequence + 1 WHERE id = :account AND balance >= 1
    RETURNING id, sequence, balance
) INSERT INTO least_entry (account_id, amount, sequence, balance_after) SELECT id, -1, sequence, balance FROM paid;
"""
LEAST_TABLES = """
CREATE TABLE least_account (id bigint PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0), sequence bigint);
CREATE TABLE least_entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id bigint NOT NULL,
    amount bigint NOT NULL, sequence bigint NOT NULL, balance_after bigint NOT NULL, UNIQUE (account_id, sequence));
INSERT INTO least_account SELECT number, 1000000, 0 FROM generate_series(0, 649) number;
"""


class Shop:
    """650 volunteers with points, and something to spend them on."""

    def __init__(self) -> None:
        self.reward: Reward = RewardFactory(points=PRICE)
        self.by: User = UserFactory()
        region = self.reward.region
        FundingFactory(region=region, points=ACCOUNTS * START)
        rows = [AccountFactory(volunteer__region=region) for _number in range(ACCOUNTS)]
        self.volunteers: list[Volunteer] = [row.volunteer for row in rows]
        self.first = rows[0].pk
        self.partner = accounts.of_partner(self.reward.partner)
        pool = accounts.pool_of(region)
        for row in rows:
            given = {"kind": "grant", "region": region, "reason": "x", "source": "bench", "key": f"start {row.pk}"}
            journals.post({row: START, pool: -START}, by=self.by, **given)
        with connection.cursor() as cursor:
            cursor.execute(LEAST_TABLES)
            cursor.execute("ANALYZE")  # as a server has it after its first hour

    def bare(self, *, hot: bool) -> str:
        """pgbench's script."""
        return BARE.format(
            last=0 if hot else ACCOUNTS - 1,
            first=self.first,
            partner=self.partner.pk,
            region=self.reward.region_id,
            reward=self.reward.pk,
            kind=ContentType.objects.get_for_model(Redemption).pk,
        )


def by_pgbench(statements: str, folder: Path) -> float:
    script = folder / "spend.sql"
    script.write_text(statements)
    command = [find("pgbench") or "pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-t", str(EACH)]
    command += ["-f", str(script), os.environ["DATABASE_URL"]]
    said = subprocess.run(command, check=False, capture_output=True, text=True)
    if said.returncode or "number of failed transactions: 0 " not in said.stdout:
        sys.exit(f"pgbench failed: {said.stdout}{said.stderr[-2000:]}")
    return float(said.stdout.partition("tps = ")[2].split()[0])


def by_service(shop: Shop, *, hot: bool, threads: bool) -> float:
    """Redemptions a second, each client with a connection of its own."""
    connection.close()
    chances = [random.Random(client) for client in range(CLIENTS)]

    def spend(client: int) -> None:
        volunteer = shop.volunteers[0 if hot else chances[client].randrange(ACCOUNTS)]
        redemptions.redeem(shop.reward, volunteer=volunteer, key=f"{time.time_ns()}:{client}", by=volunteer.user)

    return rate(spend, clients=CLIENTS, each=EACH, threads=threads)


def environment_of_hordak(folder: Path) -> str:
    """A Python with django-hordak, made for this measurement alone; empty where it cannot be had."""
    if given := os.environ.get("HORDAK_PYTHON"):
        return given
    python = folder / "hordak" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(folder / "hordak")], check=True)
    install = [str(python), "-m", "pip", "install", "-q", "django-hordak", "psycopg2-binary"]
    return "" if subprocess.run(install, check=False, capture_output=True).returncode else str(python)


def by_hordak(python: str) -> dict[tuple[str, str], float]:
    command = [python, str(ROOT / "bench" / "hordak_transfers.py"), str(ACCOUNTS), str(CLIENTS), str(EACH)]
    said = subprocess.run(command, check=False, capture_output=True, text=True)
    if said.returncode:
        print(f"django-hordak did not run: {said.stderr[-600:]}")
        return {}
    *figures, lowest = said.stdout.split()
    print(f"django-hordak lets a balance of 100 fall to {lowest} by eight debits of 60 at once")
    names = [(name, case) for name in HORDAKS for case in CASES]
    return dict(zip(names, map(float, figures), strict=True))


def measure(shop: Shop, folder: Path, python: str) -> dict[tuple[str, str], list[float]]:
    """Each way's figures of all rounds, by case."""
    runs: dict[tuple[str, str], list[float]] = {}
    for _round in range(ROUNDS):
        bare = {hot: by_pgbench(shop.bare(hot=hot), folder) for hot in (False, True)}
        least = {hot: by_pgbench(LEAST.format(last=0 if hot else ACCOUNTS - 1), folder) for hot in (False, True)}
        for case, (hot, threads) in CASES.items():
            runs.setdefault(("bare statements", case), []).append(bare[hot])
            runs.setdefault(("the least", case), []).append(least[hot])
            runs.setdefault(("the service", case), []).append(by_service(shop, hot=hot, threads=threads))
        for name, figure in (by_hordak(python) if python else {}).items():
            runs.setdefault(name, []).append(figure)
    return runs


def main() -> int:
    call_command("migrate", verbosity=0)
    shop = Shop()
    with tempfile.TemporaryDirectory() as folder:
        python = environment_of_hordak(Path(folder))
        if not python:
            print("django-hordak could not be installed here: its part is left out.")
        runs = measure(shop, Path(folder), python)
    middle = {name: sorted(figures)[len(figures) // 2] for name, figures in runs.items()}
    print(f"{'':46} a second  times: {'   '.join(REFERENCES)}")
    for case, name in product(CASES, WAYS):
        if figure := middle.get((name, case)):
            times = [
                f"{figure / middle[other, case]:{len(other) + 2}.2f}" for other in REFERENCES if (other, case) in middle
            ]
            print(f"{case:24} {name:22} {figure:7.0f}        {' '.join(times)}")
    return settle()


def settle() -> int:
    """Nobody overdrawn, and the books sound but for pgbench's journals, which have no fingerprint to check."""
    faults = list(audits.find_faults())
    overdrawn = Account.objects.people().filter(balance__lt=0).count()
    print(f"{Redemption.objects.count()} redemptions, {overdrawn} overdrawn, {len(faults)} faults", *faults[:5])
    return bool(faults or overdrawn)


if __name__ == "__main__":
    sys.exit(main())
