"""A piece is held for somebody for some hours: others do not get it, it lapses by itself, it becomes a voucher."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from communities.models import Notice, Refused
from communities.services import outbox
from tests.factories import (
    JournalFactory,
    RedemptionFactory,
    ReservationFactory,
    RewardFactory,
    StockChangeFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers import tasks
from volunteers.models import Account, Redemption, Reservation, Reward
from volunteers.services import audits, forgetting, redemptions, reservations

NOW = datetime(2026, 9, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_reward(region, *, stock=1, **fields):
    reward = RewardFactory(region=region, partner__region=region, stock=stock, hold_hours=24, **fields)
    StockChangeFactory(reward=reward, pieces=stock)
    return reward


def somebody(region, points=30):
    volunteer = VolunteerFactory(region=region)
    JournalFactory(volunteer=volunteer, points=points)
    return volunteer


def reserve(reward, volunteer, at=NOW):
    return reservations.reserve(reward, volunteer=volunteer, by=volunteer.user, at=at)


def redeem(reward, volunteer, at=NOW, key="k"):
    return redemptions.redeem(reward, volunteer=volunteer, key=key, by=volunteer.user, at=at)


def stock_of(reward):
    assert list(audits.find_faults()) == []
    return Reward.objects.get(pk=reward.pk).stock


@pytest.mark.django_db
def test_the_piece_is_held_and_the_points_are_not(community):
    reward, first, second = a_reward(community), somebody(community), somebody(community)

    held = reserve(reward, first)

    assert (held.status, held.held_until) == ("held", NOW + 24 * HOUR)
    assert reserve(reward, first, at=NOW + HOUR) == held
    assert Account.objects.get(volunteer=first).balance == 30
    for take in (reserve, redeem):
        with pytest.raises(Refused) as no:
            take(reward, second)
        assert no.value.code == "stock_never_negative"
    assert stock_of(reward) == 0


@pytest.mark.django_db
def test_redeeming_turns_it_into_a_voucher(community):
    reward, volunteer = a_reward(community, stock=2), somebody(community)
    held = reserve(reward, volunteer)

    voucher = redeem(reward, volunteer)

    held.refresh_from_db()
    assert (voucher.status, held.status) == ("issued", "redeemed")
    assert Account.objects.get(volunteer=volunteer).balance == 20
    assert stock_of(reward) == 1
    redemptions.cancel(voucher, by=volunteer.user)
    assert stock_of(reward) == 2


@pytest.mark.django_db
def test_what_is_over_goes_to_the_next_who_asks_even_before_the_clock_comes(community):
    reward, first, second = a_reward(community), somebody(community), somebody(community)
    held = reserve(reward, first)
    later = NOW + 24 * HOUR

    assert Reward.objects.with_free(at=later - HOUR).get().free == 0
    assert Reward.objects.with_free(at=later).get().free == 1
    redeem(reward, second, at=later)

    held.refresh_from_db()
    assert held.status == "lapsed"
    assert stock_of(reward) == 0


@pytest.mark.django_db
def test_the_clock_puts_pieces_back_once_and_tells_who_held_them(community):
    reward, volunteer = a_reward(community), somebody(community)
    with time_machine.travel(NOW, tick=False):
        reserve(reward, volunteer)
    with time_machine.travel(NOW + 25 * HOUR, tick=False):
        tasks.lapse_reservations()
        tasks.lapse_reservations()
        outbox.fan_out(at=NOW + 25 * HOUR)

    assert Reservation.objects.get().status == "lapsed"
    assert stock_of(reward) == 1
    assert [notice.user for notice in Notice.objects.all()] == [volunteer.user]


@pytest.mark.django_db
def test_who_let_it_lapse_waits_a_day_or_redeems(community):
    reward, volunteer = a_reward(community), somebody(community)
    reserve(reward, volunteer)
    reservations.lapse_overdue(at=NOW + 25 * HOUR, by=UserFactory())

    with pytest.raises(Refused) as no:
        reserve(reward, volunteer, at=NOW + 26 * HOUR)
    assert no.value.code == "lapsed_lately"
    assert reserve(reward, volunteer, at=NOW + 49 * HOUR).status == "held"


@pytest.mark.django_db
def test_given_up_it_is_free_at_once(community):
    reward, volunteer = a_reward(community), somebody(community)
    held = reserve(reward, volunteer)

    reservations.give_up(held, by=volunteer.user)

    assert stock_of(reward) == 1
    for again in (reservations.give_up, reservations.lapse):
        with pytest.raises(Refused, match=r".") as no:
            again(held, by=volunteer.user)
        assert no.value.code == "wrong_status"
    assert stock_of(reward) == 1


@pytest.mark.django_db
def test_whoever_is_forgotten_lets_others_have_it(community):
    reward, volunteer = a_reward(community), somebody(community)
    held = reserve(reward, volunteer)

    forgetting.forget(volunteer.user, by=volunteer.user)

    held.refresh_from_db()
    assert (held.status, stock_of(reward)) == ("cancelled", 1)


@pytest.mark.django_db
def test_the_rules_of_redeeming_are_those_of_reserving(community, neighbour):
    reward = a_reward(community, stock=5, limit_per_person=1)
    had = somebody(community)
    redeem(reward, had)
    codes = {}
    people = {"poor": somebody(community, points=9), "far": somebody(neighbour), "had": had}

    for name, volunteer in people.items():
        with pytest.raises(Refused) as no:
            reserve(reward, volunteer)
        codes[name] = no.value.code
    with pytest.raises(Refused) as no:
        reserve(RewardFactory(region=community, partner=reward.partner, stock=5), somebody(community))

    assert codes == {"poor": "balance_never_negative", "far": "elsewhere", "had": "limit_reached"}
    assert no.value.code == "not_reservable"


@pytest.mark.django_db
def test_the_database_keeps_one_each_and_lets_none_that_is_over_live_again():
    held = ReservationFactory()
    with pytest.raises(IntegrityError, match=r"one_reservation_each|UNIQUE"), transaction.atomic():
        ReservationFactory(reward=held.reward, volunteer=held.volunteer)
    Reservation.objects.update(status="lapsed")
    for status in ("held", "cancelled", "redeemed"):
        with pytest.raises(IntegrityError, match="reservation_is_over"), transaction.atomic():
            Reservation.objects.update(status=status)
    with pytest.raises(IntegrityError), transaction.atomic():
        RewardFactory(stock=None, hold_hours=24)


def test_twelve_reserve_at_once_where_three_pieces_are(race, community):
    reward = a_reward(community, stock=3)
    people = [somebody(community) for _number in range(12)]

    def act(number):
        try:
            return reserve(reward, people[number]).pk
        except Refused as no:
            return no.code

    made = race(12, act)

    assert made.count("stock_never_negative") == 9
    assert Reservation.objects.filter(status="held").count() == 3
    assert stock_of(reward) == 0


def test_one_who_reserves_and_redeems_at_once_has_one_piece_or_two_never_more_than_there_are(race, community):
    reward, volunteer = a_reward(community, stock=2), somebody(community, points=100)

    def act(number):
        return reserve(reward, volunteer).pk if number % 2 else redeem(reward, volunteer, key="same").pk

    race(8, act)

    assert Redemption.objects.count() == 1
    assert Reservation.objects.filter(status="held").count() <= 1
    stock_of(reward)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite goes the long way always")
def test_a_reward_that_may_be_reserved_still_goes_the_short_way(community, monkeypatch):
    reward, volunteer = a_reward(community, stock=2), somebody(community)
    RedemptionFactory(reward=reward)
    Reward.objects.update(stock=1)
    long_way = []
    monkeypatch.setattr(redemptions, "_step_by_step", lambda *args, **kwargs: long_way.append(args))

    assert redeem(reward, volunteer).status == "issued"
    assert long_way == []
