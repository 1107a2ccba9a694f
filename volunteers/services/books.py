"""账册: the whole ledger as plain text that hledger, ledger and beancount read, so that others' tools check the books.

One file for all three: `open` and `balance` lines are beancount's (hledger and ledger take them for transactions
without postings), comments are for the other two and for people. The last lines state each person's stored balance,
which beancount then proves from the entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localdate

from volunteers.models import Account, PointEntry

UNIT, A_BATCH = "POINTS", 2000
NAMES = {
    Account.Kind.PERSON: "Assets:People:V{volunteer__number}",
    Account.Kind.PARTNER: "Assets:Partners:P{partner_id}",
    Account.Kind.POOL: "Equity:Pools:R{region__code}",
    Account.Kind.SPONSOR: "Income:Sponsors:R{region__code}",
    Account.Kind.EXPIRY: "Expenses:Expired:R{region__code}",
}
OF_ACCOUNT = ["kind", "volunteer__number", "partner_id", "region__code"]
OF_JOURNAL = ["at", "journal_id", "kind", "reason", "source", "actor_id"]


def lines() -> Iterator[str]:
    """The ledger line by line, as it is at one moment, in memory that does not grow with it; volunteers by number."""
    is_alone = not connection.in_atomic_block
    with transaction.atomic():
        if is_alone and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield from _lines()


def _lines() -> Iterator[str]:
    yield "; 志愿积分账 · points ledger. hledger -f FILE balance · ledger -f FILE balance · bean-check FILE"
    entries = PointEntry.objects.order_by("journal__at", "journal_id", "id")
    first, last = entries.first(), entries.last()
    if first is None or last is None:
        return
    for account in _accounts():
        yield f"{localdate(first.journal.at)} open {_name(account)} {UNIT}"
    for _journal, legs in groupby(_rows(entries), key=itemgetter("journal_id")):
        yield from _transaction(list(legs))
    yield ""
    day = localdate(last.journal.at) + timedelta(days=1)
    for account in _accounts():
        if account["kind"] == Account.Kind.PERSON:
            yield f"{day} balance {_name(account)} {account['balance']} {UNIT}"


def _accounts() -> Iterable[dict[str, Any]]:
    return Account.objects.order_by("pk").values("balance", *OF_ACCOUNT).iterator(A_BATCH)


def _rows(entries: Any) -> Iterable[dict[str, Any]]:
    about = [name if name.endswith("journal_id") else f"journal__{name}" for name in OF_JOURNAL]
    rows: Iterable[dict[str, Any]] = entries.values(
        "amount", *about, *(f"account__{name}" for name in OF_ACCOUNT)
    ).iterator(A_BATCH)
    return rows


def _transaction(legs: list[dict[str, Any]]) -> Iterator[str]:
    head = legs[0]
    yield ""
    yield f'{localdate(head["journal__at"])} * "{head["journal__kind"]}" "{_words(head["journal__reason"])}"'
    source, by = _words(head["journal__source"]), head["journal__actor_id"]
    yield f"    ; journal: {head['journal_id']}, source: {source}, by: user {by}"
    for leg in legs:
        account = {name: leg[f"account__{name}"] for name in OF_ACCOUNT}
        yield f"    {_name(account)}  {leg['amount']} {UNIT}"


def _name(account: dict[str, Any]) -> str:
    return NAMES[account["kind"]].format(**account)


def _words(text: str) -> str:
    """One line without what the three languages take for their own."""
    return " ".join(text.replace('"', "'").replace("\\", "/").split())
