"""Whatever is earned, spent, cancelled, lapsed and reversed, the ledger's laws hold after every step."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from communities.models import Refused
from tests.factories import (
    JournalFactory,
    RegionFactory,
    RewardFactory,
    StockChangeFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, PointEntry, Reward
from volunteers.services import audits, journals, redemptions

pytestmark = pytest.mark.django_db


class Ledger(RuleBasedStateMachine):
    """Two volunteers, one reward with a counted stock, next to a model of plain numbers."""

    earned, vouchers = Bundle("earned"), Bundle("vouchers")
    people = st.sampled_from([0, 1])

    @initialize()
    def begin(self):
        region = RegionFactory()
        self.by = UserFactory()
        self.volunteers = [VolunteerFactory(region=region) for _ in range(2)]
        self.reward = RewardFactory(region=region, points=7, stock=4)
        StockChangeFactory(reward=self.reward, pieces=4)
        self.balances, self.stock, self.keys = [0, 0], 4, 0

    @rule(target=earned, who=people, points=st.integers(1, 20))
    def earn(self, who, points):
        self.balances[who] += points
        return who, points, JournalFactory(volunteer=self.volunteers[who], points=points)

    @rule(target=vouchers, who=people)
    def redeem(self, who):
        self.keys += 1
        allowed = self.balances[who] >= 7 and self.stock > 0
        made = self.attempt(
            allowed,
            lambda: redemptions.redeem(self.reward, volunteer=self.volunteers[who], key=f"{self.keys}", by=self.by),
        )
        if made:
            self.balances[who] -= 7
            self.stock -= 1
        return who, made

    @rule(voucher=consumes(vouchers), way=st.sampled_from(["cancel", "lapse", "accept"]))
    def finish(self, voucher, way):
        who, redemption = voucher
        if redemption is None:
            return
        if way == "lapse":
            redemptions.lapse(redemption, by=self.by)
        else:
            getattr(redemptions, way)(redemption, by=self.by)
        if way != "accept":
            self.balances[who] += 7
            self.stock += 1

    @rule(earning=consumes(earned))
    def reverse(self, earning):
        who, points, journal = earning
        allowed = self.balances[who] >= points
        if self.attempt(allowed, lambda: journals.reverse(journal, reason="记错了", by=self.by)):
            self.balances[who] -= points

    @rule()
    def lapse_by_the_clock(self):
        assert redemptions.lapse_overdue(on=localdate() - timedelta(days=1), by=self.by) == 0

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
        if not hasattr(self, "balances"):
            return
        known = dict(Account.objects.people().values_list("volunteer_id", "balance"))
        assert [known.get(volunteer.pk, 0) for volunteer in self.volunteers] == self.balances
        assert Reward.objects.get(pk=self.reward.pk).stock == self.stock
        assert sum(PointEntry.objects.values_list("amount", flat=True)) == 0
        assert list(audits.find_faults()) == []


class TestLedger(Ledger.TestCase, TestCase):
    settings = settings(max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck))
