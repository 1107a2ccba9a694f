"""Points with a last day: spent first-in first-out, given back with the day they had, told of before, expired after."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from communities.models import Notice, Refused
from tests.factories import (
    JournalFactory,
    LotFactory,
    PointEntryFactory,
    PointsRuleFactory,
    RewardFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, Lot, LotMove, PointEntry
from volunteers.services import accounts, audits, expiries, gifts, journals, redemptions

pytestmark = pytest.mark.django_db
SOON, LATER = date(2098, 3, 31), date(2098, 12, 31)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def volunteer(community):
    """Ten points until March, ten until December, ten for ever; the later ones were earned first."""
    volunteer = VolunteerFactory(region=community)
    for day in (None, LATER, SOON):
        JournalFactory(volunteer=volunteer, points=10, last_day=day)
    return volunteer


def left(volunteer):
    """What is left until March, until December, and for ever."""
    account = Account.objects.get(volunteer=volunteer)
    lots = dict(account.lots.values_list("expires_on", "left"))
    assert account.expiring == sum(lots.values())
    assert list(audits.find_faults()) == []
    return [lots.get(SOON, 0), lots.get(LATER, 0), account.balance - sum(lots.values())]


def redeem(volunteer, points):
    reward = RewardFactory(region=volunteer.region, partner__region=volunteer.region, points=points)
    return redemptions.redeem(reward, volunteer=volunteer, key=f"for {points}", by=volunteer.user)


def test_what_expires_first_is_spent_first(volunteer):
    seen = [left(volunteer)]
    for points in (4, 9, 12):
        redeem(volunteer, points)
        seen.append(left(volunteer))

    assert seen == [[10, 10, 10], [6, 10, 10], [0, 7, 10], [0, 0, 5]]


@pytest.mark.parametrize("way", ["cancel", "lapse"])
def test_a_voucher_gives_points_back_with_the_last_day_they_had(volunteer, way):
    voucher = redeem(volunteer, 23)
    assert left(volunteer) == [0, 0, 7]

    getattr(redemptions, way)(voucher, by=volunteer.user)

    assert left(volunteer) == [10, 10, 10]


def test_what_was_earned_wrongly_is_taken_from_the_lot_it_came_to(volunteer):
    wrong = JournalFactory(volunteer=volunteer, points=5, last_day=LATER)
    redeem(volunteer, 12)
    assert left(volunteer) == [0, 13, 10]

    journals.reverse(wrong, reason="记错了", by=UserFactory())

    assert left(volunteer) == [0, 8, 10]


def test_what_was_earned_wrongly_and_partly_spent_is_taken_from_the_rest(volunteer):
    wrong = JournalFactory(volunteer=volunteer, points=5, last_day=date(2098, 1, 1))
    redeem(volunteer, 8)
    assert left(volunteer) == [7, 10, 10]

    journals.reverse(wrong, reason="记错了", by=UserFactory())

    assert left(volunteer) == [2, 10, 10]


def test_past_their_last_day_points_go_to_the_expiry_account_once(volunteer):
    redeem(volunteer, 4)

    before = expiries.expire_due(on=SOON, by=UserFactory())
    counted = [expiries.expire_due(on=SOON + timedelta(days=1), by=UserFactory()) for _twice in range(2)]

    assert (before, counted) == (0, [1, 0])
    assert left(volunteer) == [0, 10, 10]
    entry = PointEntry.objects.get(account=accounts.expiry_of(volunteer.region))
    assert (entry.amount, entry.journal.kind) == (6, "expire")


def test_past_their_last_day_points_buy_nothing_before_the_clock_has_taken_them_either(volunteer):
    PointsRuleFactory(region=volunteer.region, gifts_a_month=100)
    after = datetime(2098, 4, 1, 0, 5, tzinfo=SHANGHAI)
    reward = RewardFactory(
        region=volunteer.region, partner__region=volunteer.region, points=21, valid_until=date(2099, 1, 1)
    )
    friend = VolunteerFactory(region=volunteer.region)
    gift = {"receiver": friend, "relation": "family", "by": volunteer.user}

    acts = [
        lambda at: redemptions.redeem(reward, volunteer=volunteer, key="late", by=volunteer.user, at=at),
        lambda at: gifts.give(volunteer, points=21, key="late", at=at, **gift),
    ]
    for act in acts:
        with pytest.raises(Refused) as no:
            act(after)
        assert no.value.code == "balance_never_negative"
    assert left(volunteer) == [10, 10, 10]
    gifts.give(volunteer, points=20, key="rest", at=after, **gift)
    assert (left(volunteer), left(friend)) == ([0, 0, 0], [0, 10, 10])


def test_on_their_last_day_points_still_buy(volunteer):
    reward = RewardFactory(
        region=volunteer.region, partner__region=volunteer.region, points=21, valid_until=date(2099, 1, 1)
    )
    evening = datetime(2098, 3, 31, 23, 59, tzinfo=SHANGHAI)

    redemptions.redeem(reward, volunteer=volunteer, key="k", by=volunteer.user, at=evening)

    assert left(volunteer) == [0, 0, 9]


def expire(after):
    expiries.expire_due(on=after + timedelta(days=1), by=UserFactory())


@pytest.mark.parametrize(("spent", "rest"), [(0, [0, 10, 10]), (4, [0, 6, 10]), (12, [0, 0, 8])])
def test_what_was_earned_wrongly_and_has_expired_is_not_taken_out_of_other_points(volunteer, spent, rest):
    """As if it had never been earned: spent is what was spent, expired what would have expired anyway."""
    wrong = JournalFactory(volunteer=volunteer, points=10, last_day=SOON)
    if spent:
        redeem(volunteer, 10 + spent)
    expire(SOON)

    journals.reverse(wrong, reason="记错了", by=UserFactory())
    journals.reverse(wrong, reason="记错了", by=UserFactory())

    assert left(volunteer) == rest


def test_two_wrong_earnings_of_one_last_day_share_what_expired(volunteer):
    wrong = [JournalFactory(volunteer=volunteer, points=10, last_day=SOON) for _two in range(2)]
    redeem(volunteer, 15)
    expire(SOON)
    assert left(volunteer) == [0, 10, 10]

    for journal in wrong:
        journals.reverse(journal, reason="记错了", by=UserFactory())

    # Fifteen of thirty were spent, of which ten were rightly earned.
    assert left(volunteer) == [0, 5, 10]


def test_a_gift_that_expired_is_taken_back_from_what_expired(volunteer):
    PointsRuleFactory(region=volunteer.region, gifts_a_month=100)
    friend = VolunteerFactory(region=volunteer.region)
    JournalFactory(volunteer=friend, points=30)
    gift = gifts.give(volunteer, receiver=friend, points=10, relation="family", key="k", by=volunteer.user)
    expire(SOON)

    gifts.take_back(gift, reason="给错了人", by=UserFactory())

    assert (left(volunteer), left(friend)) == ([10, 10, 10], [0, 0, 30])
    expire(SOON)
    assert (left(volunteer), left(friend)) == ([0, 10, 10], [0, 0, 30])


def test_what_comes_back_after_its_last_day_expires_by_itself(volunteer):
    voucher = redeem(volunteer, 4)
    after = SOON + timedelta(days=1)
    expiries.expire_due(on=after, by=UserFactory())

    redemptions.cancel(voucher, by=volunteer.user)

    assert left(volunteer) == [4, 10, 10]
    assert expiries.expire_due(on=after, by=UserFactory()) == 1
    assert left(volunteer) == [0, 10, 10]


def test_people_are_told_thirty_days_before_once(volunteer):
    told = [expiries.warn(on=SOON - timedelta(days=days)) for days in (31, 30, 29)]

    notice = Notice.objects.get(user=volunteer.user, kind="points_expire")
    assert told == [0, 1, 0]
    assert notice.params == {"points": 10, "day": "2098-03-31"}
    assert "10" in notice.text


def test_nobody_is_told_of_points_that_are_spent(volunteer):
    redeem(volunteer, 10)

    assert expiries.warn(on=SOON) == 0


def test_a_gift_keeps_the_last_day_of_its_points(volunteer):
    PointsRuleFactory(region=volunteer.region, gifts_a_month=100)
    friend = VolunteerFactory(region=volunteer.region)

    given = {"receiver": friend, "relation": "family", "key": "k", "by": volunteer.user}
    gift = gifts.give(volunteer, points=23, **given)

    assert (left(volunteer), left(friend)) == ([0, 0, 7], [10, 10, 3])
    gifts.take_back(gift, reason="给错了人", by=UserFactory())
    assert (left(volunteer), left(friend)) == ([10, 10, 10], [0, 0, 0])


def test_spending_and_expiring_at_once_take_each_point_once(race):
    volunteer = VolunteerFactory()
    JournalFactory(volunteer=volunteer, points=30, last_day=SOON)
    lot, by = Lot.objects.get(), UserFactory()
    reward = RewardFactory(region=volunteer.region, partner__region=volunteer.region, points=10)

    def act(number):
        try:
            if number % 2:
                return redemptions.redeem(reward, volunteer=volunteer, key=f"{number}", by=by)
            return expiries.expire(lot, by=by)
        except Refused as no:
            return no.code

    race(8, act)

    account = Account.objects.get(volunteer=volunteer)
    assert (account.balance, account.expiring) == (0, 0)
    assert list(audits.find_faults()) == []


def test_taking_back_and_expiring_at_once_take_each_point_once(race):
    volunteer = VolunteerFactory()
    JournalFactory(volunteer=volunteer, points=10, last_day=SOON)
    wrong = JournalFactory(volunteer=volunteer, points=10, last_day=SOON)
    lot, by = Lot.objects.get(), UserFactory()

    def act(number):
        return journals.reverse(wrong, reason="记错了", by=by) if number % 2 else expiries.expire(lot, by=by)

    race(8, act)
    expire(SOON)

    assert left(volunteer) == [0, 0, 0]
    gone = PointEntry.objects.filter(account__kind="expiry").values_list("amount", flat=True)
    assert sum(gone) == 10


def test_gifts_given_and_taken_back_at_once_do_not_wait_for_each_other(race):
    region = PointsRuleFactory(gifts_a_month=1000).region
    people = [VolunteerFactory(region=region) for _two in range(2)]
    for volunteer in people:
        JournalFactory(volunteer=volunteer, points=100, last_day=SOON)
    given = [
        gifts.give(one, receiver=other, points=10, relation="family", key="first", by=one.user)
        for one, other in (people, people[::-1])
    ]

    def act(number):
        if number % 2:
            return gifts.take_back(given[number // 2 % 2], reason="给错了人", by=people[0].user)
        one, other = people[:: 1 if number % 4 else -1]
        return gifts.give(one, receiver=other, points=5, relation="family", key=f"{number}", by=one.user)

    race(8, act)

    assert list(audits.find_faults()) == []
    assert sum(Account.objects.people().values_list("balance", flat=True)) == 200


def test_the_database_keeps_lots_within_the_balance():
    LotFactory()

    with pytest.raises(IntegrityError, match="lots_within_balance"), transaction.atomic():
        Account.objects.people().update(expiring=11)
    with pytest.raises(IntegrityError, match="lot_never_negative"), transaction.atomic():
        Lot.objects.update(left=-1)


def test_the_database_refuses_a_lot_move_of_another_account_or_a_posted_journal():
    lot, entry = LotFactory(), PointEntryFactory()

    for other in (entry, PointEntry.objects.get(account=lot.account)):
        with pytest.raises(IntegrityError, match="lot_move_misplaced"), transaction.atomic():
            LotMove.objects.create(entry=other, lot=LotFactory(account=lot.account, expires_on=SOON), amount=1)


def test_the_check_names_a_lot_that_drifted():
    lot = LotFactory()
    Lot.objects.update(left=9)

    assert list(audits.find_faults()) == [
        f"lot {lot.pk}: 9 points left, 10 by its entries",
        f"account {lot.account_id}: 10 of 10 points expire, its lots hold 9",
    ]
