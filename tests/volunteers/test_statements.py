"""A partner's month: its vouchers and their sum, the same for everybody, frozen when settled."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from communities.models import Refused, StatusChange
from tests.factories import OfflineUseFactory, RedemptionFactory, RewardFactory, SettlementFactory, UserFactory
from volunteers.models import Partner, Redemption, Settlement
from volunteers.services import offline_uses, statements

AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in (8, 9, 10))
# The last minute of August and the first of September, where people live.
LAST, FIRST = datetime(2026, 8, 31, 15, 59, tzinfo=UTC), datetime(2026, 8, 31, 16, 0, tzinfo=UTC)
THE_SECOND = datetime(2026, 9, 1, 16, 0, tzinfo=UTC)


@pytest.fixture
def reward(community):
    return RewardFactory(region=community, partner__region=community, title="理发", title_en="Haircut", points=20)


def used(reward, at):
    voucher = RedemptionFactory(region=reward.region, reward=reward)
    Redemption.objects.filter(pk=voucher.pk).update(status="used", used_at=at)
    return voucher


def shown(statement):
    return [(row.title, row.points, row.is_double) for row in statement.rows]


@pytest.mark.django_db
def test_a_month_has_the_vouchers_used_in_it(reward):
    other = RewardFactory(region=reward.region, partner=reward.partner, title="烫发", points=50)
    in_august = [used(reward, LAST), used(other, LAST), used(reward, LAST)]
    used(reward, FIRST)
    used(RewardFactory(), LAST)
    RedemptionFactory(region=reward.region, reward=reward)

    august = statements.of(reward.partner, month=AUGUST)

    assert {row.code for row in august.rows} == {voucher.code[-4:] for voucher in in_august}
    assert august.points == 90
    assert [(row.title, *sums) for row, *sums in august.sums()] == [("理发", 2, 40, None), ("烫发", 1, 50, None)]
    assert shown(statements.of(reward.partner, month=SEPTEMBER)) == [("理发", 20, False)]
    assert statements.months(reward.partner, at=THE_SECOND) == [SEPTEMBER, AUGUST]


@pytest.mark.django_db
def test_settled_it_stays_as_it_was(reward):
    used(reward, LAST)
    staff = UserFactory()

    made = statements.settle(reward.partner, month=AUGUST, by=staff, note="转账 0815", at=THE_SECOND)

    assert (made.vouchers, made.points, made.by) == (1, 20, staff)
    assert made.content_hash == statements.fingerprint(made.content)
    type(reward).objects.update(title="改名")
    used(reward, LAST)
    assert shown(statements.of(reward.partner, month=AUGUST)) == [("理发", 20, False)]
    assert StatusChange.objects.about(reward.partner).get().reason == "2026-08 转账 0815"
    with pytest.raises(Refused) as no:
        statements.settle(reward.partner, month=AUGUST, by=staff, at=THE_SECOND)
    assert no.value.code == "a_month_is_settled_once"


@pytest.mark.django_db
@pytest.mark.parametrize("month", [AUGUST, SEPTEMBER, OCTOBER])
def test_a_month_is_settled_when_it_is_over(reward, month):
    with pytest.raises(Refused) as no:
        statements.settle(reward.partner, month=month, by=UserFactory(), at=FIRST)

    assert no.value.code == "month_not_over"


@pytest.mark.django_db
def test_a_double_use_found_later_goes_to_the_month_of_its_decision(reward):
    voucher = used(reward, LAST)
    statements.settle(reward.partner, month=AUGUST, by=UserFactory(), at=THE_SECOND)
    paid, borne = (OfflineUseFactory(redemption=voucher) for _number in range(2))

    offline_uses.honour(paid, reason="确已服务两次", by=UserFactory(), at=THE_SECOND)
    offline_uses.refuse(borne, reason="重复提交", by=UserFactory(), at=THE_SECOND)

    assert shown(statements.of(reward.partner, month=AUGUST)) == [("理发", 20, False)]
    assert shown(statements.of(reward.partner, month=SEPTEMBER)) == [("理发", 20, True)]


@pytest.mark.django_db
def test_the_database_keeps_a_settlement_and_one_for_each_month():
    made = SettlementFactory()

    for break_ in (
        lambda: Settlement.objects.update(points=1),
        lambda: Settlement.objects.all().delete(),
        lambda: SettlementFactory(partner=made.partner),
        lambda: SettlementFactory(partner=made.partner, month=date(2026, 5, 2)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            break_()


@pytest.mark.django_db
def test_a_statement_takes_as_many_queries_for_twenty_vouchers_as_for_one(reward):
    counts = []
    for more in (1, 19):
        for _number in range(more):
            used(reward, LAST)
        with CaptureQueriesContext(connection) as queries:
            statements.of(reward.partner, month=AUGUST)
        counts.append(len(queries))

    assert counts == [4, 4]


def test_a_month_settled_by_five_at_once_is_settled_once(race, community):
    reward = RewardFactory(region=community, partner__region=community)
    used(reward, LAST)
    by = UserFactory()

    def act(_number):
        try:
            partner = Partner.objects.get(pk=reward.partner_id)
            return statements.settle(partner, month=AUGUST, by=by, at=THE_SECOND).pk
        except Refused as no:
            return no.code

    made = race(5, act)

    assert made.count("a_month_is_settled_once") == 4
    assert Settlement.objects.count() == 1
