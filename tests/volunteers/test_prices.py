"""What a point is worth to a partner: dated, never changed, exact to the last digit and rounded once."""

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from communities.models import Notice, Refused, StatusChange
from communities.notices import key_of
from communities.services import outbox
from tests.factories import (
    ClerkFactory,
    OfflineUseFactory,
    PartnerFactory,
    PartnerPriceFactory,
    RedemptionFactory,
    RewardFactory,
    SettlementFactory,
    UserFactory,
)
from volunteers.models import Partner, PartnerPrice, Redemption, Settlement
from volunteers.services import audits, offline_uses, prices, statements

JULY, AUGUST, SEPTEMBER = (date(2026, month, 1) for month in (7, 8, 9))
# The last minute of August and the first of September, where people live.
LAST, FIRST = datetime(2026, 8, 31, 15, 59, tzinfo=UTC), datetime(2026, 8, 31, 16, 0, tzinfo=UTC)
THE_SECOND = datetime(2026, 9, 1, 16, 0, tzinfo=UTC)
FIVE_FEN, SIX_FEN = Decimal("0.05"), Decimal("0.06")


@pytest.fixture
def reward(community):
    return RewardFactory(region=community, partner__region=community, title="理发", title_en="Haircut", points=20)


def used(reward, at):
    voucher = RedemptionFactory(region=reward.region, reward=reward)
    Redemption.objects.filter(pk=voucher.pk).update(status="used", used_at=at)
    return voucher


def agree(partner, starts_on, yuan=FIVE_FEN):
    return prices.agree(partner, yuan=yuan, starts_on=starts_on, by=UserFactory())


def settle(partner, month=AUGUST, **fields):
    return statements.settle(partner, month=month, by=UserFactory(), at=THE_SECOND, **fields)


def worth(partner, month=AUGUST):
    return [row.yuan for row in statements.of(partner, month=month).rows]


@pytest.mark.django_db
def test_a_voucher_is_worth_the_price_of_the_day_on_which_it_was_accepted(reward):
    agree(reward.partner, AUGUST)
    agree(reward.partner, date(2026, 8, 31), SIX_FEN)
    agree(reward.partner, SEPTEMBER, Decimal("0.0333"))
    for at in (datetime(2026, 8, 30, 15, 59, tzinfo=UTC), datetime(2026, 8, 30, 16, 0, tzinfo=UTC), LAST, FIRST):
        used(reward, at)

    august, september = (statements.of(reward.partner, month=month) for month in (AUGUST, SEPTEMBER))

    assert [row.yuan for row in august.rows] == [Decimal("1.00"), Decimal("1.20"), Decimal("1.20")]
    assert (august.prices, august.amount, august.unpriced) == ([FIVE_FEN, SIX_FEN], Decimal("3.40"), 0)
    assert [sums for _row, *sums in august.sums()] == [[3, 60, Decimal("3.40")]]
    assert (september.exact, september.amount) == (Decimal("0.6660"), Decimal("0.67"))


@pytest.mark.django_db
def test_a_double_use_is_worth_the_price_of_the_day_of_its_decision(reward):
    agree(reward.partner, AUGUST)
    agree(reward.partner, SEPTEMBER, SIX_FEN)
    use = OfflineUseFactory(redemption=used(reward, LAST))

    offline_uses.honour(use, reason="确已服务两次", by=UserFactory(), at=FIRST)

    assert worth(reward.partner, AUGUST) == [Decimal("1.00")]
    assert worth(reward.partner, SEPTEMBER) == [Decimal("1.20")]


@pytest.mark.django_db
def test_where_no_price_is_agreed_a_statement_counts_points_only(reward):
    PartnerPriceFactory()
    used(reward, LAST)

    shown = statements.of(reward.partner, month=AUGUST)

    assert (shown.points, shown.exact, shown.amount, shown.unpriced) == (20, None, None, 20)
    assert settle(reward.partner).amount is None


@pytest.mark.django_db
def test_vouchers_of_days_before_the_first_price_have_no_part_in_the_amount(reward):
    agree(reward.partner, date(2026, 8, 31))
    used(reward, datetime(2026, 8, 30, 4, tzinfo=UTC))
    used(reward, LAST)

    shown = statements.of(reward.partner, month=AUGUST)

    assert (shown.points, shown.amount, shown.unpriced) == (40, Decimal("1.00"), 20)


@pytest.mark.django_db
def test_a_price_that_was_taken_back_holds_no_more_and_the_one_before_holds_on(reward):
    agree(reward.partner, JULY)
    wrong = agree(reward.partner, AUGUST, Decimal("5"))
    used(reward, LAST)

    prices.withdraw(wrong, reason="多打了一位", by=UserFactory())

    assert worth(reward.partner) == [Decimal("1.00")]
    agree(reward.partner, AUGUST, SIX_FEN)
    assert worth(reward.partner) == [Decimal("1.20")]
    with pytest.raises(Refused):
        prices.withdraw(wrong, reason="再来一次", by=UserFactory())


@pytest.mark.django_db
def test_all_is_rounded_once(reward):
    """Five thousandths three times: rounded one by one they would come to three fen."""
    reward = RewardFactory(region=reward.region, partner=reward.partner, points=1)
    agree(reward.partner, AUGUST, Decimal("0.005"))
    for _number in range(3):
        used(reward, LAST)

    shown = statements.of(reward.partner, month=AUGUST)

    assert (shown.exact, shown.amount) == (Decimal("0.015"), Decimal("0.02"))


@pytest.mark.django_db
def test_what_is_settled_keeps_its_price(reward):
    partner, price = reward.partner, agree(reward.partner, AUGUST)
    used(reward, LAST)
    made = settle(partner)

    for act in (
        lambda: agree(partner, date(2026, 8, 31), SIX_FEN),
        lambda: agree(partner, JULY, SIX_FEN),
        lambda: prices.withdraw(price, reason="想改", by=UserFactory()),
    ):
        with pytest.raises(IntegrityError) as no, transaction.atomic():
            act()
        assert Refused.from_database(no.value).code == "price_meets_settlement"
    agree(partner, SEPTEMBER, SIX_FEN)

    assert (made.amount, made.content[0]["price"]) == (Decimal("1.00"), "0.0500")
    assert worth(partner) == [Decimal("1.00")]
    assert statements.of(partner, month=AUGUST).amount == Settlement.objects.get().amount
    assert list(audits.find_faults()) == []


@pytest.mark.django_db
def test_a_settlement_from_before_there_were_prices_still_proves_itself(reward):
    row = {"at": "2026-05-02T12:00:00+08:00", "code": "AB23", "reward": 1, "title": "理发", "title_en": "Haircut"}
    content = [row | {"points": 20, "is_double": False}]
    about = {"content": content, "content_hash": statements.fingerprint(content), "vouchers": 1, "points": 20}
    old = SettlementFactory(partner=reward.partner, month=date(2026, 5, 1), **about)
    PartnerPriceFactory(partner=reward.partner, starts_on=date(2026, 6, 1))

    shown = statements.of(reward.partner, month=old.month)

    assert statements.fingerprint(Settlement.objects.get().content) == old.content_hash
    assert (shown.points, shown.amount, shown.rows[0].price) == (20, None, None)
    assert list(audits.find_faults()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"points": 1}, "0 vouchers, 1 points, None yuan, 0 vouchers, 0 points, None yuan by its rows"),
        ({"amount": Decimal("0.50")}, "0 vouchers, 0 points, 0.50 yuan, 0 vouchers, 0 points, None yuan by its rows"),
        ({"content_hash": "0" * 64}, "its rows are not those of its fingerprint"),
    ],
)
def test_the_nightly_check_names_a_settlement_that_its_rows_do_not_bear_out(wrong, fault):
    made = SettlementFactory(**wrong)

    assert list(audits.find_faults()) == [f"settlement {made.pk}: {fault}"]


@pytest.mark.django_db
def test_the_database_keeps_prices(reward):
    price = PartnerPriceFactory(partner=reward.partner, starts_on=AUGUST)
    withdrawn = PartnerPriceFactory(partner=reward.partner, starts_on=SEPTEMBER, status="withdrawn")
    of_this = PartnerPrice.objects.filter(pk=price.pk)

    for name, break_ in [
        ("a_point_is_worth_something", lambda: PartnerPriceFactory(yuan=0)),
        ("a_point_is_worth_something", lambda: PartnerPriceFactory(yuan=Decimal("-0.01"))),
        ("one_price_a_day", lambda: PartnerPriceFactory(partner=price.partner, starts_on=AUGUST)),
        ("price_frozen", lambda: of_this.update(yuan=SIX_FEN)),
        ("price_frozen", lambda: of_this.update(starts_on=JULY)),
        ("price_frozen", lambda: of_this.update(partner=PartnerFactory())),
        ("price_frozen", lambda: PartnerPrice.objects.filter(pk=withdrawn.pk).update(status="agreed")),
        ("price_frozen", of_this.delete),
    ]:
        with pytest.raises(IntegrityError) as no, transaction.atomic():
            break_()
        assert Refused.from_database(no.value).code == name
    assert PartnerPriceFactory(partner=price.partner, starts_on=SEPTEMBER).pk


@pytest.mark.django_db
def test_the_partners_record_says_from_what_to_what_and_its_clerks_are_told(reward):
    partner, staff = reward.partner, UserFactory()
    clerk = ClerkFactory(partner=partner).user
    ClerkFactory()

    prices.agree(partner, yuan=FIVE_FEN, starts_on=AUGUST, by=staff)
    second = prices.agree(partner, yuan=SIX_FEN, starts_on=SEPTEMBER, by=staff)
    prices.withdraw(second, reason="写错日期", by=staff)
    outbox.fan_out(at=THE_SECOND)

    assert [(entry.new, entry.actor, entry.reason) for entry in StatusChange.objects.about(partner)] == [
        ("priced", staff, "2026-08-01: — → 0.05"),
        ("priced", staff, "2026-09-01: 0.05 → 0.06"),
        ("price withdrawn", staff, "2026-09-01: 0.06 → 0.05 写错日期"),
    ]
    told = [(notice.user, key_of(notice.change)) for notice in Notice.objects.order_by("id")]
    agreed, withdrawn = (f"volunteers.partnerprice:{status}" for status in ("agreed", "withdrawn"))
    assert told == [(clerk, agreed), (clerk, agreed), (clerk, withdrawn)]


def test_a_month_settled_at_the_moment_of_a_new_price_has_it_or_refuses_it(race, community):
    by = UserFactory()
    for _time in range(4):
        reward = RewardFactory(region=community, partner__region=community, points=20)
        used(reward, LAST)

        def act(number, key=reward.partner_id):
            partner = Partner.objects.get(pk=key)
            try:
                if number:
                    return statements.settle(partner, month=AUGUST, by=by, at=THE_SECOND).amount
                prices.agree(partner, yuan=FIVE_FEN, starts_on=AUGUST, by=by)
            except IntegrityError as no:
                return Refused.from_database(no).code
            return "agreed"

        priced, amount = race(2, act)

        assert (priced, amount) in {("agreed", Decimal("1.00")), ("price_meets_settlement", None)}


# the arithmetic alone

some_rows = st.lists(
    st.builds(
        statements.Row,
        at=st.just("2026-08-01T12:00:00+08:00"),
        code=st.just("AB23"),
        reward=st.integers(1, 4),
        title=st.just("理发"),
        title_en=st.just("Haircut"),
        points=st.integers(1, 1_000_000),
        is_double=st.booleans(),
        price=st.none() | st.decimals("0.0001", "99.9999", places=4).map(str),
    ),
    max_size=40,
)


@given(some_rows)
def test_what_is_paid_is_what_the_rows_come_to(rows):
    shown = statements.Statement(Partner(), AUGUST, tuple(rows))
    in_ten_thousandths = sum(row.points * int(Decimal(row.price) * 10_000) for row in rows if row.price)

    of_rewards = [yuan for *_rest, yuan in shown.sums() if yuan is not None]

    assert shown.points == sum(points for _row, _vouchers, points, _yuan in shown.sums())
    assert shown.unpriced == sum(row.points for row in rows if row.price is None)
    assert sum(of_rewards, Decimal(0)) * 10_000 == in_ten_thousandths
    if shown.exact is None:
        assert (shown.amount, of_rewards) == (None, [])
    else:
        assert shown.exact * 10_000 == in_ten_thousandths
        assert shown.amount == Decimal(in_ten_thousandths).scaleb(-4).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert abs(shown.amount - shown.exact) <= Decimal("0.005")
