"""A place in a class: one seat for each, told by the voucher who came, given back when the class is off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from communities.models import Notice, Refused
from communities.services import outbox
from tests.factories import (
    CoursePlaceFactory,
    CourseSessionFactory,
    JournalFactory,
    RewardFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, CoursePlace, CourseSession, Redemption
from volunteers.services import audits, courses, redemptions, statements

NOW = datetime(2026, 9, 1, 4, tzinfo=UTC)
STARTS = datetime(2026, 9, 5, 6, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def course(community):
    return RewardFactory(region=community, partner__region=community, lesson_minutes=90, title_en="Calligraphy")


def a_class(course, *, seats=2, starts_at=STARTS):
    session = CourseSession(reward=course, starts_at=starts_at, seats=seats)
    return courses.plan(session, by=UserFactory(), at=NOW)


def somebody(course, points=30):
    volunteer = VolunteerFactory(region=course.region)
    JournalFactory(volunteer=volunteer, points=points, last_day=date(2098, 5, 31))
    return volunteer


def redeem(session, volunteer, key="k", at=NOW):
    return redemptions.redeem(session.reward, volunteer=volunteer, key=key, by=volunteer.user, at=at, session=session)


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as no:
        act(*args, **kwargs)
    return no.value.code


@pytest.mark.django_db
def test_a_place_is_redeemed_and_good_on_its_day(course):
    session = a_class(course)
    people = [somebody(course) for _number in range(3)]

    vouchers = [redeem(session, volunteer) for volunteer in people[:2]]

    assert [voucher.place.seat_number for voucher in vouchers] == [1, 2]
    assert vouchers[0].valid_until == date(2026, 9, 5)
    assert session.ends_at == STARTS + timedelta(minutes=90)
    assert CourseSession.objects.with_free().get().free == 0
    assert refused(redeem, session, people[2]) == "class_is_full"
    assert Account.objects.get(volunteer=people[2]).balance == 30


@pytest.mark.django_db
def test_what_cannot_be_redeemed(course):
    session, volunteer = a_class(course, seats=9), somebody(course, points=100)
    other = a_class(RewardFactory(region=course.region, partner=course.partner, lesson_minutes=60))
    plain = {"volunteer": volunteer, "key": "x", "by": volunteer.user, "at": NOW}
    redeem(session, volunteer)

    assert refused(redemptions.redeem, course, **plain) == "class_missing"
    assert refused(redemptions.redeem, course, session=other, **plain) == "other_course"
    assert refused(redeem, session, volunteer, "again") == "one_place_each_in_a_class"
    assert refused(redeem, session, somebody(course), at=STARTS) == "too_late"
    assert refused(courses.plan, CourseSession(reward=course, starts_at=NOW, seats=1), by=UserFactory(), at=NOW)
    assert list(audits.find_faults()) == []


@pytest.mark.django_db
def test_the_same_key_for_another_class_is_refused_and_not_answered_with_the_first(course):
    first, second = a_class(course), a_class(course, starts_at=STARTS + DAY)
    volunteer = somebody(course)
    made = redeem(first, volunteer)

    assert redeem(first, volunteer) == made
    assert refused(redeem, second, volunteer) == "key_reused"
    assert (second.places.count(), Account.objects.get(volunteer=volunteer).balance) == (0, 20)


@pytest.mark.django_db
def test_a_place_given_back_is_free_and_the_points_keep_their_last_day(course):
    session, first, second = a_class(course, seats=1), somebody(course), somebody(course)
    voucher = redeem(session, first)

    redemptions.cancel(voucher, by=first.user, at=NOW + DAY)

    assert (voucher.place.seat_number, Account.objects.get(volunteer=first).balance) == (1, 30)
    voucher.place.refresh_from_db()
    assert (voucher.place.seat_number, voucher.place.given_back_at) == (None, NOW + DAY)
    assert dict(first.account.lots.values_list("expires_on", "left")) == {date(2098, 5, 31): 30}
    assert redeem(session, second).place.seat_number == 1
    assert redeem(a_class(course, starts_at=STARTS + DAY), first, "later").place.seat_number == 1


@pytest.mark.django_db
def test_once_the_class_has_begun_nothing_is_given_back_by_hand(course):
    volunteer = somebody(course)
    voucher = redeem(a_class(course), volunteer)

    assert refused(redemptions.cancel, voucher, by=volunteer.user, at=STARTS) == "too_late"


@pytest.mark.django_db
def test_who_came_and_who_did_not(course):
    session, clerk = a_class(course), UserFactory()
    came, missed = (redeem(session, somebody(course)) for _number in range(2))

    assert refused(redemptions.accept, came, by=clerk, at=STARTS - DAY) == "class_not_today"
    redemptions.accept(came, by=clerk, at=STARTS)
    assert refused(redemptions.did_not_come, missed, by=clerk, at=STARTS) == "too_early"
    redemptions.did_not_come(missed, by=clerk, at=STARTS + timedelta(hours=2))

    assert (came.status, missed.status) == ("used", "lapsed")
    balances = Account.objects.filter(volunteer__in=[came.volunteer, missed.volunteer]).order_by("pk")
    assert [account.balance for account in balances] == [20, 30]
    assert list(audits.find_faults()) == []


@pytest.mark.django_db
def test_who_is_marked_by_nobody_gets_the_points_back_the_day_after(course):
    voucher = redeem(a_class(course), somebody(course))

    assert redemptions.lapse_overdue(on=date(2026, 9, 5), by=UserFactory()) == 0
    assert redemptions.lapse_overdue(on=date(2026, 9, 6), by=UserFactory()) == 1

    voucher.refresh_from_db()
    assert voucher.status == "lapsed"


@pytest.mark.django_db
@pytest.mark.parametrize("at", [NOW + DAY, STARTS + timedelta(minutes=10)])
def test_a_class_that_is_off_gives_everything_back_and_tells_people(course, at):
    session, staff = a_class(course), UserFactory()
    people = [somebody(course) for _number in range(2)]
    vouchers = [redeem(session, volunteer) for volunteer in people]
    given_back = somebody(course)
    redemptions.cancel(vouchers.pop(), by=people.pop().user, at=NOW)
    vouchers.append(redeem(session, given_back))
    outbox.fan_out(at=NOW)
    Notice.objects.all().delete()

    redemptions.call_off(session, reason="老师生病", by=staff, at=at)
    outbox.fan_out(at=at)

    assert set(Redemption.objects.filter(pk__in=[v.pk for v in vouchers]).values_list("status")) == {("cancelled",)}
    assert set(Account.objects.people().values_list("balance", flat=True)) == {30}
    assert {notice.user for notice in Notice.objects.filter(change__new="cancelled")} == {
        people[0].user,
        given_back.user,
    }
    reasons = Notice.objects.filter(change__content_type__model="coursesession").values_list(
        "change__reason", flat=True
    )
    assert list(reasons) == ["老师生病"] * 2
    assert list(audits.find_faults()) == []
    assert refused(redeem, session, somebody(course)) == "class_is_off"
    assert refused(redemptions.call_off, session, reason="", by=staff, at=at) == "wrong_status"


@pytest.fixture
def let_in(course):
    """Two places in a class, of one of which the holder was let in before it begins."""
    session, clerk = a_class(course), UserFactory()
    came, waits = (redeem(session, somebody(course)) for _number in range(2))
    redemptions.accept(came, by=clerk, at=STARTS - timedelta(minutes=15))
    return session, came, waits


@pytest.mark.django_db
def test_a_class_that_is_off_gives_their_points_back_to_those_who_were_let_in_too(let_in):
    session, came, waits = let_in
    partner, month = session.reward.partner, date(2026, 9, 1)
    before = statements.of(partner, month=month).points

    redemptions.call_off(session, reason="老师没有来", by=UserFactory(), at=STARTS)

    for voucher in (came, waits):
        voucher.refresh_from_db()
    assert (came.status, waits.status) == ("cancelled", "cancelled")
    assert set(Account.objects.people().values_list("balance", flat=True)) == {30}
    assert (before, statements.of(partner, month=month).points) == (10, 0)
    assert list(audits.find_faults()) == []


@pytest.mark.django_db
def test_what_was_paid_to_the_partner_is_not_called_off(let_in):
    session, came, _waits = let_in
    statements.settle(session.reward.partner, month=date(2026, 9, 1), by=UserFactory(), at=STARTS + 30 * DAY)

    assert refused(redemptions.call_off, session, reason="x", by=UserFactory(), at=STARTS + 31 * DAY) == "settled"

    came.refresh_from_db()
    session.refresh_from_db()
    assert (came.status, session.status) == ("used", "planned")


@pytest.mark.django_db
def test_who_was_let_in_gives_nothing_back_while_the_class_takes_place(let_in):
    _session, came, _waits = let_in

    assert refused(redemptions.cancel, came, by=came.volunteer.user, at=STARTS - timedelta(minutes=5)) == (
        "voucher_is_spent"
    )
    with pytest.raises(IntegrityError, match="voucher_is_spent"), transaction.atomic():
        Redemption.objects.filter(pk=came.pk).update(status="cancelled")


@pytest.mark.django_db
def test_the_database_keeps_the_seats():
    session = CourseSessionFactory(seats=2)
    place, other = CoursePlaceFactory(session=session), CoursePlaceFactory(session=session)
    broken = [
        ("class_is_full", lambda: CoursePlace.objects.filter(pk=place.pk).update(seat_number=3)),
        ("class_seats_are_taken", lambda: CourseSession.objects.update(seats=1)),
        ("one_person_per_seat|UNIQUE", lambda: CoursePlace.objects.filter(pk=place.pk).update(seat_number=2)),
    ]
    for law, act in broken:
        with pytest.raises(IntegrityError, match=law), transaction.atomic():
            act()
    CoursePlace.objects.filter(pk=other.pk).update(seat_number=None, given_back_at=NOW)
    with pytest.raises(IntegrityError, match="seat_is_given_back"), transaction.atomic():
        CoursePlace.objects.filter(pk=other.pk).update(seat_number=2, given_back_at=None)
    CourseSession.objects.update(status="cancelled")
    with pytest.raises(IntegrityError, match="class_is_off"), transaction.atomic():
        CoursePlaceFactory(session=session, seat_number=2)


@pytest.mark.django_db
def test_seats_are_added_and_never_taken_from_under_somebody(course):
    session = a_class(course, seats=2)
    redeem(session, somebody(course))
    redeem(session, somebody(course))

    courses.change_seats(session, seats=3, by=UserFactory())

    assert redeem(session, somebody(course)).place.seat_number == 3
    with pytest.raises(IntegrityError, match="class_seats_are_taken"):
        courses.change_seats(session, seats=2, by=UserFactory())


def test_twelve_redeem_at_once_for_three_seats(race, community):
    course = RewardFactory(region=community, partner__region=community, lesson_minutes=90)
    session = a_class(course, seats=3)
    people = [somebody(course) for _number in range(12)]

    def act(number):
        try:
            return redeem(session, people[number]).place.seat_number
        except Refused as no:
            return no.code

    made = race(12, act)

    assert sorted(seat for seat in made if isinstance(seat, int)) == [1, 2, 3]
    assert made.count("class_is_full") == 9
    assert sum(Account.objects.people().values_list("balance", flat=True)) == 12 * 30 - 3 * 10
    assert list(audits.find_faults()) == []


def test_a_class_called_off_while_people_redeem_leaves_nobody_without_points(race, community):
    course = RewardFactory(region=community, partner__region=community, lesson_minutes=90)
    session, staff = a_class(course, seats=20), UserFactory()
    people = [somebody(course) for _number in range(8)]

    def act(number):
        try:
            if number == 4:
                return redemptions.call_off(session, reason="停电", by=staff, at=NOW)
            return redeem(session, people[number]).pk
        except Refused as no:
            return no.code

    race(8, act)

    assert set(Account.objects.people().values_list("balance", flat=True)) == {30}
    assert Redemption.objects.filter(status="issued").count() == 0
    assert CoursePlace.objects.taken().count() == 0
