"""Whatever is earned, reserved, spent, lapsed, reversed, expired and given away, the ledger's laws hold at every step.

The model is plain numbers: of each person, how many points there are until which day. Days are numbers from now; the
clock of the model only goes forward, and a voucher or gift remembers what it took.
"""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate, now
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from communities.models import Refused
from tests.factories import (
    JournalFactory,
    PointsRuleFactory,
    RegionFactory,
    RewardFactory,
    StockChangeFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, PointEntry, Reward
from volunteers.services import audits, expiries, gifts, journals, redemptions, reservations

pytestmark = pytest.mark.django_db


FOR_EVER, PRICE, START = date.max, 7, date(2098, 1, 1)


class Ledger(RuleBasedStateMachine):
    """Two volunteers, one reward with a counted stock, next to a model of plain numbers."""

    earned, vouchers, gifts_made = Bundle("earned"), Bundle("vouchers"), Bundle("gifts_made")
    people = st.sampled_from([0, 1])

    @initialize()
    def begin(self):
        region = RegionFactory()
        self.by = UserFactory()
        PointsRuleFactory(region=region, gifts_a_month=10**6)
        self.volunteers = [VolunteerFactory(region=region) for _ in range(2)]
        self.reward = RewardFactory(region=region, points=PRICE, stock=4, hold_hours=24)
        StockChangeFactory(reward=self.reward, pieces=4)
        self.have, self.expired, self.today = [Counter(), Counter()], 0, START
        self.stock, self.keys, self.gone = 4, 0, [Counter(), Counter()]
        self.held, self.let_lapse = {}, set()

    @rule(target=earned, who=people, points=st.integers(1, 20), days=st.sampled_from([None, 5, 9]))
    def earn(self, who, points, days):
        last = self.today + timedelta(days=days) if days else None
        self.have[who][last or FOR_EVER] += points
        return who, last, points, JournalFactory(volunteer=self.volunteers[who], points=points, last_day=last)

    @rule(who=people)
    def reserve(self, who):
        allowed = self.have[who].total() >= PRICE and self.stock > 0 and who not in self.let_lapse
        made = self.attempt(
            allowed or who in self.held,
            lambda: reservations.reserve(self.reward, volunteer=self.volunteers[who], by=self.by),
        )
        if made and who not in self.held:
            self.stock -= 1
            self.held[who] = made

    @rule(who=people, way=st.sampled_from(["give_up", "lapse"]))
    def let_go(self, who, way):
        if who not in self.held:
            return
        getattr(reservations, way)(self.held.pop(who), by=self.by)
        self.stock += 1
        if way == "lapse":
            self.let_lapse.add(who)

    @rule(target=vouchers, who=people)
    def redeem(self, who):
        made = self.attempt(
            self.have[who].total() >= PRICE and (self.stock > 0 or who in self.held),
            lambda: redemptions.redeem(self.reward, volunteer=self.volunteers[who], key=self.new_key(), by=self.by),
        )
        if not made:
            return who, None, None
        if not self.held.pop(who, None):
            self.stock -= 1
        return who, self.take(who, PRICE), made

    @rule(voucher=consumes(vouchers), way=st.sampled_from(["cancel", "lapse", "accept"]))
    def finish(self, voucher, way):
        who, took, redemption = voucher
        if redemption is None:
            return
        if way == "lapse":
            redemptions.lapse(redemption, by=self.by)
        else:
            getattr(redemptions, way)(redemption, by=self.by)
        if way != "accept":
            self.have[who] += took
            self.stock += 1

    @rule(earning=consumes(earned))
    def reverse(self, earning):
        who, last, points, journal = earning
        lost = self.lost(who, {last: points} if last else {})
        allowed = self.have[who].total() + lost.total() >= points
        if self.attempt(allowed, lambda: journals.reverse(journal, reason="记错了", by=self.by)):
            self.bring_back(who, lost)
            self.take(who, points, first=[last] if last else [])

    @rule(target=gifts_made, who=people, points=st.integers(1, 20))
    def give(self, who, points):
        giver, receiver = self.volunteers[who], self.volunteers[1 - who]
        about = {"receiver": receiver, "points": points, "relation": "family", "key": self.new_key()}
        made = self.attempt(self.have[who].total() >= points, lambda: gifts.give(giver, by=self.by, **about))
        if not made:
            return who, None, None
        took = self.take(who, points)
        self.have[1 - who] += took
        return who, took, made

    @rule(gift=consumes(gifts_made))
    def take_a_gift_back(self, gift):
        giver, took, made = gift
        if made is None:
            return
        lost = self.lost(1 - giver, {day: points for day, points in took.items() if day != FOR_EVER})
        allowed = self.have[1 - giver].total() + lost.total() >= took.total()
        if self.attempt(allowed, lambda: gifts.take_back(made, reason="给错了", by=self.by) or True):
            self.bring_back(1 - giver, lost)
            self.take(1 - giver, took.total(), first=sorted(took))
            self.have[giver] += took

    @rule(days=st.integers(1, 4))
    def expire(self, days):
        self.today += timedelta(days=days)
        expiries.expire_due(on=self.today, by=self.by)
        for have, gone in zip(self.have, self.gone, strict=True):
            for day in [day for day in have if day < self.today]:
                gone[day] += (lost := have.pop(day))
                self.expired += lost

    @rule()
    def lapse_by_the_clock(self):
        assert redemptions.lapse_overdue(on=localdate() - timedelta(days=1), by=self.by) == 0
        assert reservations.lapse_overdue(at=now(), by=self.by) == 0

    def take(self, who, points, first=()):
        """What so many points are made of: of these days first, then of what expires first."""
        took = Counter()
        for day in sorted(self.have[who], key=lambda day: (day not in first or day == FOR_EVER, day)):
            took[day] = min(self.have[who][day], points - took.total())
        self.have[who] -= took
        return +took

    def lost(self, who, days):
        """What of so many points with these last days is not there to be taken back because it has expired."""
        have, gone = self.have[who], self.gone[who]
        return Counter({day: min(gone[day], max(0, points - have[day])) for day, points in days.items()})

    def bring_back(self, who, lost):
        self.have[who] += lost
        self.gone[who] -= lost
        self.expired -= lost.total()

    def new_key(self):
        self.keys += 1
        return str(self.keys)

    def attempt(self, allowed, act):
        """It happens exactly when the model says that it may."""
        try:
            done = act()
        except Refused:
            assert not allowed
            return None
        assert allowed
        return done

    @invariant()
    def the_books_are_sound(self):
        if not hasattr(self, "have"):
            return
        assert [self.books_of(volunteer) for volunteer in self.volunteers] == [+have for have in self.have]
        assert Reward.objects.get(pk=self.reward.pk).stock == self.stock
        assert sum(PointEntry.objects.values_list("amount", flat=True)) == 0
        gone = PointEntry.objects.filter(account__kind="expiry", account__region=self.reward.region)
        assert sum(gone.values_list("amount", flat=True)) == self.expired
        assert list(audits.find_faults()) == []

    def books_of(self, volunteer):
        """What the ledger says that this person has, by last day."""
        account = Account.objects.filter(volunteer=volunteer).first()
        if account is None:
            return Counter()
        lots = Counter(dict(account.lots.values_list("expires_on", "left")))
        return +(lots + Counter({FOR_EVER: account.balance - lots.total()}))


class TestLedger(Ledger.TestCase, TestCase):
    settings = settings(max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
