"""The books as plain text: what hledger, ledger and beancount make of it is what the ledger says."""

import csv
import shutil
import subprocess
from io import StringIO

import pytest
from django.core.management import call_command

from tests.factories import FundingFactory, GiftFactory, JournalFactory, LotFactory, RedemptionFactory, UserFactory
from volunteers.models import Account, PointEntry
from volunteers.services import expiries, journals

pytestmark = pytest.mark.django_db
PREFIX = {"person": "Assets:People:V", "partner": "Assets:Partners:P", "pool": "Equity:Pools:R"}
PREFIX |= {"sponsor": "Income:Sponsors:R", "expiry": "Expenses:Expired:R"}


def tool(name, package):
    if found := shutil.which(name):
        return found
    return pytest.skip(f"{name} is not installed ({package})")


def run(*command):
    return subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 (named above)


@pytest.fixture
def books(tmp_path):
    """A ledger in which everything happened, exported."""
    FundingFactory(), GiftFactory(), RedemptionFactory(), LotFactory()
    lot = LotFactory()
    expiries.expire(lot, by=UserFactory())
    wrong = JournalFactory(reason='说"好" \\ ; 或\n不好 * {x} | #y ^z', points=10**12)
    journals.reverse(wrong, reason="记错了", by=UserFactory())
    out = StringIO()
    call_command("export_ledger", "--format=ledger", stdout=out)
    file = tmp_path / "points.ledger"
    file.write_text(out.getvalue(), encoding="utf-8")
    return file


def sums():
    """{name in the books: its points}, of accounts that hold any."""
    totals = {}
    for entry in PointEntry.objects.select_related("account__volunteer", "account__region"):
        account = entry.account
        own = {"person": lambda a: a.volunteer.number, "partner": lambda a: a.partner_id}
        name = PREFIX[account.kind] + str(own.get(account.kind, lambda a: a.region.code)(account))
        totals[name] = totals.get(name, 0) + entry.amount
    return {name: points for name, points in totals.items() if points}


def test_the_file_names_numbers_and_no_people(books):
    text = books.read_text()

    assert text.count(" open ") == Account.objects.count()
    assert all(account.volunteer.name not in text for account in Account.objects.people())


def test_hledger_reads_the_same_balances(books):
    hledger = [tool("hledger", "apt-get install hledger"), "-f", str(books)]

    said = run(*hledger, "balance", "--flat", "-N", "-O", "csv")
    rows = list(csv.reader(StringIO(said.stdout)))[1:]

    assert {name: int(points.split()[0]) for name, points in rows} == sums()
    assert run(*hledger, "check").returncode == 0


def test_ledger_reads_the_same_balances(books):
    said = run(tool("ledger", "apt-get install ledger"), "-f", str(books), "balance", "--flat", "--no-total")

    rows = [line.split() for line in said.stdout.splitlines() if line.strip()]

    assert {name: int(points) for points, _unit, name in rows} == sums()


def test_beancount_proves_every_stored_balance(books):
    check = tool("bean-check", "pip install beancount")

    sound = run(check, str(books))
    number = (text := books.read_text()).index(" balance Assets:People:")
    books.write_text(text[:number] + text[number:].replace(" POINTS", "9 POINTS", 1))
    unsound = run(check, str(books))

    assert (sound.returncode, sound.stdout + sound.stderr) == (0, "")
    assert unsound.returncode == 1
    assert "Balance failed" in unsound.stdout + unsound.stderr


def test_an_empty_ledger_is_an_empty_book():
    out = StringIO()

    call_command("export_ledger", stdout=out)

    assert out.getvalue().count("\n") == 1
