"""课程: classes with seats; a place is redeemed, and whether somebody came is said by its voucher."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from volunteers.models import CoursePlace, CourseSession, Redemption, Volunteer

Status = CourseSession.Status


@transaction.atomic
def plan(session: CourseSession, *, by: User, at: datetime | None = None) -> CourseSession:
    """Plan a class of a course, in time to come; it ends when its length is over."""
    reward = session.reward
    if reward.lesson_minutes is None:
        raise Refused(_("This reward is no course: give the length of a class first."), code="no_course")
    if session.starts_at <= (at or now()):
        raise Refused(_("A class is planned before it begins."), code="too_late")
    if localdate(session.starts_at) > reward.valid_until:
        raise Refused(_("The reward is valid until %(day)s.") % {"day": reward.valid_until}, code="after_last_day")
    session.region_id = reward.region_id
    session.ends_at = session.starts_at + timedelta(minutes=reward.lesson_minutes)
    session.begin(by=by)
    return session


@transaction.atomic
def change_seats(session: CourseSession, *, seats: int, by: User) -> None:
    """Give a class more seats or fewer, never fewer than are taken."""
    session.take()
    if session.status != Status.PLANNED:
        raise Refused(_("This class does not take place."), code="class_is_off")
    session.seats = seats
    session.save(update_fields=["seats"])
    record(session, region=session.region, new="seats changed", by=by, reason=str(seats))


@transaction.atomic
def take_place(session: CourseSession, *, redemption: Redemption, at: datetime) -> CoursePlace:
    """Give the holder of a new voucher the lowest free seat of a class that has not begun."""
    session = session.locked()
    must_be_open(session, at=at)
    held = set(session.places.taken().values_list("seat_number", flat=True))
    seat = next((number for number in range(1, session.seats + 1) if number not in held), None)
    if seat is None:
        raise Refused(_("All seats are taken."), code="class_is_full")
    if session.places.taken().filter(volunteer=redemption.volunteer).exists():
        raise Refused(_("You already have a place in this class."), code="one_place_each_in_a_class")
    return CoursePlace.objects.create(
        session=session, redemption=redemption, volunteer=redemption.volunteer, seat_number=seat
    )


def must_be_open(session: CourseSession, *, at: datetime) -> None:
    """Refuse a class that is off or has begun."""
    if session.status != Status.PLANNED:
        raise Refused(_("This class does not take place."), code="class_is_off")
    if session.starts_at <= at:
        raise Refused(_("This class has begun."), code="too_late")


def place_of(redemption: Redemption) -> CoursePlace | None:
    """The place that a voucher holds, or held."""
    place: CoursePlace | None = (
        CoursePlace.objects.filter(redemption=redemption).select_related("session__reward__partner").first()
    )
    return place


def give_seat_back(place: CoursePlace, *, at: datetime) -> None:
    """Let somebody else have the seat."""
    place.seat_number, place.given_back_at = None, at
    place.save(update_fields=["seat_number", "given_back_at"])


def of_volunteer(volunteer: Volunteer, *, at: datetime) -> list[CoursePlace]:
    """The places somebody has in classes to come, the next one first."""
    mine = CoursePlace.objects.taken().filter(volunteer=volunteer, session__ends_at__gt=at)
    return list(mine.select_related("session__reward__partner", "redemption").order_by("session__starts_at"))
