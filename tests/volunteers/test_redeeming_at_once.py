"""On PostgreSQL a redemption is one statement: it writes what the long way writes, and refuses what that refuses."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from communities.models import Refused, StatusChange, Untold
from tests.factories import (
    AccountFactory,
    JournalFactory,
    RedemptionFactory,
    RewardFactory,
    StockChangeFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, Journal, PointEntry, Redemption, Reward
from volunteers.models.at_once import REDEEM
from volunteers.services import audits, redemptions, reservations

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite goes the long way always"),
]
UNLIKE = {"id", "journal", "code", "key", "at", "object_id", "change", "redeemed_at"}


@pytest.fixture
def shop(community):
    """Somebody with 30 points and a counted reward for 10 where vouchers were given before."""
    volunteer = VolunteerFactory(region=community)
    JournalFactory(volunteer=volunteer, points=30)
    reward = RewardFactory(region=community, partner__region=community, title_en="Haircut", stock=5)
    StockChangeFactory(reward=reward, pieces=5)
    RedemptionFactory(reward=reward)
    Reward.objects.update(stock=4)
    return SimpleNamespace(volunteer=volunteer, reward=reward)


def redeem(shop, key="k", by=None):
    return redemptions.redeem(shop.reward, volunteer=shop.volunteer, key=key, by=by or shop.volunteer.user)


def step_by_step(shop, key, by=None):
    by, at = by or shop.volunteer.user, Redemption.objects.latest("pk").redeemed_at
    return redemptions._step_by_step(shop.reward, shop.volunteer, key, by=by, at=at)  # noqa: SLF001 (to compare)


def rows_of(redemption):
    """Everything that was written for it, but for numbers and moments."""
    journal = Journal.objects.get(pk=redemption.journal_id)
    change = StatusChange.objects.about(Redemption.objects.get(pk=redemption.pk)).get()
    rows = [Redemption.objects.get(pk=redemption.pk), journal, change, *Untold.objects.filter(change=change)]
    return [{k: v for k, v in model_to_dict(row).items() if k not in UNLIKE} for row in rows]


def test_both_ways_write_the_same_rows(shop):
    redeem(shop, "before")  # the connection prepares the statement once
    with CaptureQueriesContext(connection) as queries:
        fast = redeem(shop, "fast")
    slow = step_by_step(shop, "slow")

    assert [q["sql"].split()[0] for q in queries] == ["SAVEPOINT", "EXECUTE", "RELEASE"]
    assert rows_of(fast) == rows_of(slow)
    keys = list(Journal.objects.filter(redemption__in=[fast, slow]).order_by("key").values_list("key", flat=True))
    assert keys == [f"redeem:{shop.volunteer.pk}:{key}" for key in ("fast", "slow")]
    assert (fast.status, fast.points, len(fast.code)) == (slow.status, slow.points, len(slow.code))
    assert Redemption.objects.get(pk=fast.pk).code == fast.code
    entries = PointEntry.objects.filter(account__volunteer=shop.volunteer).order_by("sequence")
    assert list(entries.values_list("sequence", "amount", "balance_after")) == [
        (1, 30, 30),
        (2, -10, 20),
        (3, -10, 10),
        (4, -10, 0),
    ]
    assert Reward.objects.get().stock == 1
    assert list(audits.find_faults()) == []


def test_it_stays_cheap_once_the_server_knows_the_tables(shop):
    """Counted on as many rows as there are accounts, the server once compiled each redemption for a second."""
    AccountFactory.create_batch(100)
    redeem(shop, "before")
    name = connection._prepared[REDEEM]  # noqa: SLF001 (the connection's own name for it)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        values = ", ".join(["NULL"] * REDEEM.replace("%%", "").count("%s"))
        cursor.execute(f"EXPLAIN EXECUTE {name} ({values})")
        whole = cursor.fetchone()[0]
    assert float(re.search(r"\.\.([\d.]+)", whole)[1]) < 1000  # what the plan costs in all: (cost=10.22..10.27 rows=1


@pytest.mark.parametrize("is_told", [True, False])
def test_the_volunteer_is_told_of_what_others_redeem_for_them(shop, is_told):
    by = UserFactory() if is_told else shop.volunteer.user

    fast, slow = redeem(shop, "fast", by), step_by_step(shop, "slow", by)

    assert rows_of(fast) == rows_of(slow)
    changes = StatusChange.objects.filter(object_id__in=[fast.pk, slow.pk], new="issued", actor=by)
    assert Untold.objects.filter(change__in=changes).count() == (2 if is_told else 0)


CHANGES = {
    "not_offered": lambda shop: Reward.objects.update(status="closed"),
    "stock_never_negative": lambda shop: Reward.objects.update(stock=0),
    "balance_never_negative": lambda shop: Reward.objects.update(points=31),
    "not_active": lambda shop: type(shop.volunteer).objects.update(status="suspended"),
    "lapsed": lambda shop: Reward.objects.update(valid_until=date(2020, 1, 1)),
    "partner": lambda shop: type(shop.reward.partner).objects.update(status="suspended"),
    "limit_reached": lambda shop: Reward.objects.update(limit_per_person=0),
    "month_limit_reached": lambda shop: Reward.objects.update(limit_per_month=0),
    "class_missing": lambda shop: Reward.objects.update(lesson_minutes=60, stock=None),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("is_stale", [True, False])
def test_both_ways_refuse_the_same(shop, name, is_stale):
    CHANGES[name](shop)
    if not is_stale:
        shop.reward.refresh_from_db()
        shop.volunteer.refresh_from_db()
    before = Account.objects.get(volunteer=shop.volunteer).balance

    with pytest.raises(Refused):
        redeem(shop)

    assert Account.objects.get(volunteer=shop.volunteer).balance == before
    assert Redemption.objects.count() == 1


def test_somebody_elses_place_is_refused(shop, neighbour):
    shop.volunteer = VolunteerFactory(region=neighbour)
    JournalFactory(volunteer=shop.volunteer, points=30)

    with pytest.raises(Refused):
        redeem(shop)


def test_the_same_key_gives_the_same_voucher(shop):
    first = redeem(shop)

    assert redeem(shop) == first
    assert Account.objects.get(volunteer=shop.volunteer).balance == 20


@pytest.mark.parametrize("more", [{}, {"limit_per_person": 3}, {"limit_per_month": 3}, {"days_valid": 7}])
def test_points_with_a_last_day_and_limits_go_the_long_way(shop, more):
    JournalFactory(volunteer=shop.volunteer, points=5, last_day=date(2098, 1, 1))
    Reward.objects.update(**more)

    made = redeem(shop)

    assert (Redemption.objects.get(pk=made.pk).valid_until < shop.reward.valid_until) is ("days_valid" in more)
    account = Account.objects.get(volunteer=shop.volunteer)
    assert (account.balance, account.expiring) == (25, 0)
    assert list(audits.find_faults()) == []


@pytest.mark.django_db(transaction=True)
def test_alone_it_is_one_statement_that_does_all_or_nothing(shop):
    redeem(shop, "before")
    with CaptureQueriesContext(connection) as queries:
        redeem(shop, "alone")
    assert [q["sql"].split()[0] for q in queries] == ["EXECUTE"]

    Reward.objects.update(stock=0)
    StockChangeFactory(reward=shop.reward, pieces=-2)
    with pytest.raises(Refused) as refusal:
        redeem(shop, "too late")

    assert refusal.value.code == "stock_never_negative"
    assert Account.objects.get(volunteer=shop.volunteer).balance == 10
    assert list(audits.find_faults()) == []


@pytest.mark.parametrize("is_reserved", [True, False])
def test_who_has_reserved_it_gets_the_piece_held_for_them(shop, is_reserved):
    Reward.objects.update(hold_hours=24)
    shop.reward.refresh_from_db()
    if is_reserved:
        reservations.reserve(shop.reward, volunteer=shop.volunteer, by=shop.volunteer.user)
    before = Reward.objects.get().stock

    redeem(shop)

    assert before - Reward.objects.get().stock == (0 if is_reserved else 1)
    assert list(audits.find_faults()) == []
