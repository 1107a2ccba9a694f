"""Invariant 8: a balance is the sum of an append-only ledger and never negative; no voucher is used twice."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from communities.models import Refused
from tests.factories import (
    AccountFactory,
    ClerkFactory,
    FundingFactory,
    GiftFactory,
    JournalFactory,
    LotMoveFactory,
    RedemptionFactory,
    RewardFactory,
    StockChangeFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, Journal, PointEntry, Redemption, Reward
from volunteers.services import accounts, audits, journals, redemptions

pytestmark = pytest.mark.django_db


def post(legs, **fields):
    given = {"kind": "grant", "reason": "测试", "source": "test", "key": "k", "by": UserFactory()} | fields
    return journals.post(legs, region=next(iter(legs)).region, **given)


def test_a_balance_is_the_sum_of_its_entries():
    volunteer = VolunteerFactory()
    earned = JournalFactory(volunteer=volunteer, points=30)
    JournalFactory(volunteer=volunteer, points=12)

    journals.reverse(earned, reason="记错了", by=UserFactory())

    entries = list(volunteer.account.entries.order_by("sequence").values_list("sequence", "amount", "balance_after"))
    assert entries == [(1, 30, 30), (2, 12, 42), (3, -30, 12)]
    assert Account.objects.get(volunteer=volunteer).balance == 12
    assert list(audits.find_faults()) == []


def test_what_is_not_there_cannot_be_spent():
    account, pool = AccountFactory(), accounts.pool_of(AccountFactory().region)

    with pytest.raises(Refused) as no:
        post({account: -1, pool: 1})

    assert no.value.code == "balance_never_negative"
    assert not PointEntry.objects.exists()


def test_points_that_were_spent_are_not_reversed_away():
    redemption = RedemptionFactory()
    earned = Journal.objects.get(kind="earn")

    with pytest.raises(Refused):
        journals.reverse(earned, reason="重复发放", by=UserFactory())

    assert Account.objects.get(volunteer=redemption.volunteer).balance == 0


def test_the_database_refuses_a_negative_balance():
    AccountFactory()

    with pytest.raises(IntegrityError, match="balance_never_negative"), transaction.atomic():
        Account.objects.update(balance=-1)


@pytest.mark.parametrize("table", ["journal", "pointentry", "stockchange", "lotmove", "funding", "gift"])
@pytest.mark.parametrize("statement", ["UPDATE volunteers_{} SET id = id", "DELETE FROM volunteers_{}"])
def test_the_database_refuses_to_change_or_delete_what_was_posted(table, statement):
    for factory in (JournalFactory, StockChangeFactory, LotMoveFactory, FundingFactory, GiftFactory):
        factory()

    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.parametrize("amounts", [(), (5,), (5, -4)])
def test_the_database_refuses_a_journal_that_does_not_sum_to_zero(amounts):
    pools = [accounts.pool_of(AccountFactory().region) for _ in amounts]
    journal = Journal(kind="grant", region=AccountFactory().region, actor=UserFactory(), at=now(), key="raw")

    for pool, amount in zip(pools, amounts, strict=True):
        PointEntry.objects.create(journal=journal, account=pool, amount=amount)

    with pytest.raises(IntegrityError, match="journal_unbalanced"):
        journal.save(force_insert=True)


def test_the_database_refuses_further_entries_of_a_posted_journal():
    journal, pool = JournalFactory(), accounts.pool_of(AccountFactory().region)

    with pytest.raises(IntegrityError, match="journal_closed"), transaction.atomic():
        PointEntry.objects.create(journal=journal, account=pool, amount=5)


@pytest.mark.parametrize(("sequence", "balance_after"), [(3, 15), (2, 14), (2, 15), (None, None)])
def test_the_database_refuses_an_entry_that_does_not_follow_the_last_one(sequence, balance_after):
    account = JournalFactory().entries.get(account__kind="person").account
    journal = Journal(kind="grant", region=account.region, actor=UserFactory(), at=now(), key="raw")

    with pytest.raises(IntegrityError, match="ledger_chain_broken"), transaction.atomic():
        PointEntry.objects.create(
            journal=journal, account=account, amount=5, sequence=sequence, balance_after=balance_after
        )


def test_the_same_key_posts_once_and_other_content_is_refused():
    account, pool = AccountFactory(), accounts.pool_of(AccountFactory().region)
    first = post({account: 5, pool: -5})

    again = post({account: 5, pool: -5})

    assert again == first
    with pytest.raises(Refused) as no:
        post({account: 6, pool: -6})
    assert no.value.code == "key_reused"
    assert Account.objects.get(pk=account.pk).balance == 5


def test_a_journal_is_reversed_once_with_a_reason():
    journal = JournalFactory()

    with pytest.raises(Refused):
        journals.reverse(journal, reason=" ", by=UserFactory())
    mirror = journals.reverse(journal, reason="记错了", by=UserFactory())

    assert journals.reverse(journal, reason="再来一次", by=UserFactory()) == mirror
    with pytest.raises(Refused):
        journals.reverse(mirror, reason="反悔", by=UserFactory())


def race_of_redemptions(race, *, times, **reward):
    volunteer = VolunteerFactory()
    JournalFactory(volunteer=volunteer, points=30)
    reward = RewardFactory(points=10, region=volunteer.region, partner__region=volunteer.region, **reward)
    if reward.stock:
        StockChangeFactory(reward=reward, pieces=reward.stock)

    def redeem(number):
        try:
            return redemptions.redeem(reward, volunteer=volunteer, key=f"{number}", by=volunteer.user).pk
        except Refused as no:
            return no.code

    return volunteer, race(times, redeem)


def test_fifty_redemptions_at_once_of_a_balance_for_three_leave_three(race):
    volunteer, answers = race_of_redemptions(race, times=50 if connection.vendor == "postgresql" else 12)

    assert Redemption.objects.count() == 3
    assert answers.count("balance_never_negative") == len(answers) - 3
    assert Account.objects.get(volunteer=volunteer).balance == 0
    assert list(audits.find_faults()) == []


def test_the_limit_and_the_stock_hold_in_a_race(race):
    _volunteer, answers = race_of_redemptions(race, times=8, stock=2, limit_per_person=1)

    assert answers.count("limit_reached") == 7
    assert Reward.objects.get().stock == 1
    assert list(audits.find_faults()) == []


def test_one_key_sent_by_many_at_once_is_one_redemption(race):
    volunteer = VolunteerFactory()
    JournalFactory(volunteer=volunteer, points=30)
    reward = RewardFactory(region=volunteer.region, partner__region=volunteer.region)

    answers = race(8, lambda _: redemptions.redeem(reward, volunteer=volunteer, key="one", by=volunteer.user).pk)

    assert answers == [Redemption.objects.get().pk] * 8
    assert Account.objects.get(volunteer=volunteer).balance == 20


def test_many_people_take_the_last_piece_once(race, city):
    reward = RewardFactory(stock=1, region=city)
    StockChangeFactory(reward=reward, pieces=1)
    people = [VolunteerFactory(region__parent=city) for _ in range(8)]
    for volunteer in people:
        JournalFactory(volunteer=volunteer)

    def redeem(number):
        try:
            redemptions.redeem(reward, volunteer=people[number], key="k", by=people[number].user)
        except Refused as no:
            return no.code
        return "redeemed"

    answers = race(len(people), redeem)

    assert sorted(answers) == ["redeemed"] + ["stock_never_negative"] * 7
    assert sorted(Account.objects.people().values_list("balance", flat=True)) == [0] + [10] * 7
    assert list(audits.find_faults()) == []


def test_a_voucher_accepted_by_many_at_once_is_used_once(race):
    redemption = RedemptionFactory()
    clerks = [ClerkFactory(partner=redemption.reward.partner).user for _ in range(8)]

    def accept(number):
        try:
            redemptions.accept(redemptions.find(redemption.code, by=clerks[number]), by=clerks[number])
        except Refused as no:
            return no.code
        return "accepted"

    answers = race(8, accept)

    assert sorted(answers) == ["accepted"] + ["already_used"] * 7
    assert redemption.status == "issued"
    assert Redemption.objects.get().status == "used"


def test_the_check_names_a_balance_that_drifted():
    account = JournalFactory().entries.get(account__kind="person").account
    Account.objects.filter(pk=account.pk).update(balance=99)
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("check_ledger", stdout=out)

    assert out.getvalue() == f"account {account.pk}: balance 99, entries sum to 10\n"


def test_the_check_names_a_stock_that_drifted():
    reward = StockChangeFactory().reward
    Reward.objects.filter(pk=reward.pk).update(stock=4)
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("check_ledger", stdout=out)

    assert out.getvalue() == f"reward {reward.pk}: stock 4, 5 by its changes, vouchers and reservations\n"


def test_the_check_names_a_voucher_whose_points_say_otherwise():
    redemption = RedemptionFactory()
    Redemption.objects.update(status="cancelled")

    assert list(audits.find_faults()) == [f"redemption {redemption.pk}: cancelled, but its points say otherwise"]


def test_a_sound_ledger_says_so():
    RedemptionFactory()
    out = StringIO()

    call_command("check_ledger", stdout=out)

    assert out.getvalue() == "The ledger is sound.\n"
