"""What a till accepted without network: taken once; double use is found, reported, and decided by staff."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from communities.models import Refused
from tests.factories import (
    ClerkFactory,
    CoursePlaceFactory,
    CourseSessionFactory,
    OfflineUseFactory,
    RedemptionFactory,
    RewardFactory,
    UserFactory,
)
from volunteers.models import Account, OfflineUse, Redemption
from volunteers.services import audits, offline_uses, redemptions

NOW = datetime(2026, 9, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def voucher(community):
    reward = RewardFactory(region=community, partner__region=community)
    return RedemptionFactory(region=community, reward=reward)


@pytest.fixture
def clerk(voucher):
    return ClerkFactory(partner=voucher.reward.partner).user


def take(voucher, clerk, *, key=None, presented_at=NOW - HOUR, at=NOW):
    return offline_uses.take(voucher.code, key=key or uuid4(), presented_at=presented_at, by=clerk, at=at)


@pytest.mark.django_db
def test_it_is_taken_once_however_often_it_is_sent(voucher, clerk):
    key = UUID(int=7)

    made = [take(voucher, clerk, key=key) for _time in range(3)]

    voucher.refresh_from_db()
    assert {use.pk for use in made} == {made[0].pk}
    assert (made[0].status, made[0].found, made[0].presented_at) == ("accepted", "good", NOW - HOUR)
    assert (voucher.status, voucher.used_at, voucher.accepted_by) == ("used", NOW, clerk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "found"),
    [
        (lambda voucher, by: redemptions.accept(voucher, by=by, at=NOW), "used"),
        (take, "used"),
        (lambda voucher, by: redemptions.cancel(voucher, by=by), "cancelled"),
        (lambda voucher, by: redemptions.lapse(voucher, by=by), "lapsed"),
        (lambda voucher, by: Redemption.objects.update(valid_until=date(2026, 8, 31)), "lapsed"),
    ],
    ids=["online", "another till", "cancelled", "lapsed", "past its day"],
)
def test_double_use_is_found_and_stands_until_it_is_decided(voucher, clerk, before, found):
    before(voucher, clerk)
    status = Redemption.objects.get().status

    use = take(voucher, clerk)

    assert (use.status, use.found) == ("double", found)
    assert list(OfflineUse.objects.to_decide()) == [use]
    assert Redemption.objects.get().status == status
    assert list(audits.find_faults()) == []


@pytest.mark.django_db
def test_a_place_in_a_class_on_another_day_is_called_so_and_may_still_be_used_on_its_own(voucher, clerk):
    begins = NOW + timedelta(days=2)
    session = CourseSessionFactory(reward=voucher.reward, region=voucher.region, starts_at=begins)
    CoursePlaceFactory(session=session, redemption=voucher)
    Redemption.objects.update(valid_until=localdate(begins))

    early, then = take(voucher, clerk), take(voucher, clerk, presented_at=begins, at=begins)

    assert (early.status, early.found) == ("double", "otherday")
    assert (then.status, then.found) == ("accepted", "good")


@pytest.mark.django_db
def test_accepted_on_its_last_day_and_sent_the_day_after_it_is_good(voucher, clerk):
    Redemption.objects.update(valid_until=date(2026, 8, 31))

    use = take(voucher, clerk, presented_at=datetime(2026, 8, 31, 15, 59, tzinfo=UTC))

    assert use.status == "accepted"


@pytest.mark.django_db
def test_a_clock_that_runs_ahead_says_no_more_than_ours(voucher, clerk):
    assert take(voucher, clerk, presented_at=NOW + 100 * HOUR).presented_at == NOW


@pytest.mark.django_db
def test_only_the_partners_own_vouchers_and_each_key_for_one(voucher, clerk):
    stranger = ClerkFactory().user
    second = RedemptionFactory(reward=voucher.reward, region=voucher.region)
    key = uuid4()
    take(voucher, clerk, key=key)

    codes = []
    for sent in [(voucher, stranger, None), (second, clerk, key)]:
        with pytest.raises(Refused) as no:
            take(sent[0], sent[1], key=sent[2])
        codes.append(no.value.code)

    assert codes == ["unknown_code", "key_reused"]


@pytest.mark.django_db
def test_staff_decide_who_bears_it(voucher, clerk):
    redemptions.accept(voucher, by=clerk, at=NOW)
    paid, borne = take(voucher, clerk), take(voucher, clerk)
    staff, partner = UserFactory(), Account.objects.get(partner=voucher.reward.partner)

    for decide in (offline_uses.honour, offline_uses.refuse):
        with pytest.raises(Refused) as no:
            decide(paid, reason=" ", by=staff)
        assert no.value.code == "reason_needed"
    offline_uses.honour(paid, reason="两台收银机同时离线", by=staff, at=NOW)
    offline_uses.refuse(borne, reason="同一人连扫两次", by=staff, at=NOW)

    assert sum(partner.entries.values_list("amount", flat=True)) == 2 * voucher.points
    assert (paid.status, borne.status, borne.decided_at) == ("honoured", "refused", NOW)
    assert list(audits.find_faults()) == []
    for again in (offline_uses.honour, offline_uses.refuse):
        with pytest.raises(Refused) as no:
            again(paid, reason="再来", by=staff)
        assert no.value.code == "wrong_status"


@pytest.mark.django_db
def test_the_database_keeps_what_was_decided():
    use = OfflineUseFactory()
    OfflineUse.objects.update(status="refused", decided_at=NOW)

    with pytest.raises(IntegrityError, match="double_use_is_decided"), transaction.atomic():
        OfflineUse.objects.update(status="honoured")
    with pytest.raises(IntegrityError), transaction.atomic():
        OfflineUseFactory(redemption=use.redemption, found="used", status="accepted")


def test_ten_tills_send_the_same_voucher_at_once(race, community):
    reward = RewardFactory(region=community, partner__region=community)
    voucher = RedemptionFactory(region=community, reward=reward)
    clerks = [ClerkFactory(partner=reward.partner).user for _number in range(5)]
    keys = [uuid4() for _number in range(5)]

    # Each till sends its own acceptance twice.
    race(10, lambda number: take(voucher, clerks[number % 5], key=keys[number % 5]).pk)

    assert OfflineUse.objects.count() == 5
    assert sorted(OfflineUse.objects.values_list("status", flat=True)) == ["accepted", *["double"] * 4]
    assert Redemption.objects.get().status == "used"
