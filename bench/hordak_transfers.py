"""django-hordak's side of bench/ledger.py, run by a Python of its own: transfers a second, on many accounts and
on one, by threads and by processes; as they are, and guarded: the account locked and its balance asked before, which
is what it takes that nobody is overdrawn.

Usage: hordak_transfers.py ACCOUNTS CLIENTS EACH; the server is that of DATABASE_URL, in a database of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg2
from clients import rate
from django.conf import settings

URL = urlsplit(os.environ["DATABASE_URL"])
ACCOUNTS, CLIENTS, EACH = map(int, sys.argv[1:])
NAME = f"hordak_{os.getpid()}"
SERVER = {"host": URL.hostname, "port": URL.port, "user": URL.username}
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": NAME,
            **{key.upper(): value for key, value in SERVER.items()},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    SECRET_KEY="bench",
)


def create_database() -> None:
    server = psycopg2.connect(dbname="postgres", **SERVER)
    server.autocommit = True
    server.cursor().execute(f"CREATE DATABASE {NAME}")
    server.close()


create_database()
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from hordak.models import Account  # noqa: E402
from moneyed import Money  # noqa: E402


def measure(people: list[Any], shop: Any, *, hot: bool, threads: bool, guarded: bool) -> float:
    connection.close()
    chances = [random.Random(client) for client in range(CLIENTS)]
    price = Money(1, "EUR")

    def spend(client: int) -> None:
        person = people[0 if hot else chances[client].randrange(ACCOUNTS)]
        if not guarded:
            person.transfer_to(shop, price)
            return
        with transaction.atomic():
            person = Account.objects.select_for_update().get(pk=person.pk)
            if person.get_balance()["EUR"] < price:
                raise ValueError(person)
            person.transfer_to(shop, price)

    return rate(spend, clients=CLIENTS, each=EACH, threads=threads)


def eight_of_sixty(pool: Any, shop: Any) -> Any:
    """What is left of 100 after eight debits of 60 at once, each by whoever looks first whether there is enough."""
    one = Account.objects.create(name="one", code="one", type="AS", currencies=["EUR"])
    pool.transfer_to(one, Money(100, "EUR"))
    connection.close()
    fork = multiprocessing.get_context("fork")
    together = fork.Barrier(8)

    def debit() -> None:
        has = one.get_balance()["EUR"]
        together.wait()
        if has >= Money(60, "EUR"):
            one.transfer_to(shop, Money(60, "EUR"))

    processes: list[Any] = [fork.Process(target=debit) for _number in range(8)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return one.get_balance()["EUR"].amount


def main() -> None:
    call_command("migrate", verbosity=0)
    people = [
        Account.objects.create(name=f"{number}", code=f"{number}", type="AS", currencies=["EUR"])
        for number in range(ACCOUNTS)
    ]
    pool = Account.objects.create(name="pool", code="pool", type="AS", currencies=["EUR"])
    shop = Account.objects.create(name="shop", code="shop", type="AS", currencies=["EUR"])
    for person in people:
        pool.transfer_to(person, Money(1_000_000, "EUR"))
    figures = [
        measure(people, shop, hot=hot, threads=threads, guarded=guarded)
        for guarded in (False, True)
        for threads in (True, False)
        for hot in (False, True)
    ]
    print(*figures, eight_of_sixty(pool, shop))


if __name__ == "__main__":
    main()
