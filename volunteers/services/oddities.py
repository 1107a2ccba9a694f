"""异常线索: found every night, decided on by people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, Region, StatusChange, User
from communities.services import sweeps
from volunteers import oddities as patterns
from volunteers.models import Attendance, DeviceMark, Oddity, Volunteer
from volunteers.models.attendance import AttendanceQuerySet

from . import attendances

Status = Oddity.Status
# How far back is looked.
LOOKED_BACK = timedelta(days=90)


def find_all(*, at: datetime, by: User) -> int:
    """Look through every place where somebody helped; how many new patterns there are."""
    since = at - LOOKED_BACK
    places = Region.objects.filter(pk__in=Attendance.objects.filter(started_at__gte=since).values("region"))
    return sum(sweeps.each(places.order_by("code"), lambda region: find(region, at=at, by=by)))


def find(region: Region, *, at: datetime, by: User) -> int:
    """Look through the attendances of one place; a pattern that is known already does not come again."""
    found = patterns.find(_rows(region, at), period=_quarter(at))
    known = set(Oddity.objects.filter(key__in=[one.key for one in found]).values_list("key", flat=True))
    new = [one for one in found if one.key not in known]
    for one in new:
        _keep(one, region, at=at, by=by)
    return len(new)


@transaction.atomic
def note_birth(volunteer: Volunteer, *, by: User) -> None:
    """Put before staff who was on record as under 18, withdrew the birth date, and gives another now or none.

    Once of each birth date that is given; nobody is kept from helping until staff have decided.
    """
    if not volunteer.minor_index or volunteer.minor_index == volunteer.index_of_birth():
        return
    key = f"birth:{volunteer.pk}:{volunteer.index_of_birth()[:32]}"
    if Oddity.objects.filter(key=key).exists():
        return
    oddity = Oddity(region=volunteer.region, kind=Oddity.Kind.BIRTH, key=key, volunteer=volunteer, found_at=now())
    oddity.begin(by=by)


@transaction.atomic
def clear(oddity: Oddity, *, by: User, reason: str = "") -> None:
    """Say that a pattern is fine."""
    _not_involved(oddity, by)
    oddity.move(Status.FINE, by=by, reason=reason)


@transaction.atomic
def reject(oddity: Oddity, *, reason: str, by: User, stays: Collection[int] = ()) -> None:
    """Say that a pattern is not fine, with a reason; these stays of it are not accepted, their points go back.

    Whose profile is not fine is suspended.
    """
    _not_involved(oddity, by)
    chosen = list(oddity.stays.filter(pk__in=stays).select_related("activity", "volunteer", "region"))
    if len(chosen) < len(set(stays)):
        raise Refused(_("Only attendances of this pattern are decided on here."), code="not_in_pattern")
    oddity.move(Status.REJECTED, by=by, reason=reason)
    if oddity.volunteer and oddity.volunteer.can_move(Volunteer.Status.SUSPENDED):
        oddity.volunteer.move(Volunteer.Status.SUSPENDED, by=by, reason=reason)
    for stay in chosen:
        if stay.status == Attendance.Status.CONFIRMED:
            attendances.reopen(stay, reason=reason, by=by)
        if stay.status != Attendance.Status.REJECTED:
            attendances.reject(stay, reason=reason, by=by)


def _not_involved(oddity: Oddity, by: User) -> None:
    stays = Attendance.objects.filter(oddities=oddity)
    involved = {person for row in stays.values_list("volunteer__user", "activity__leader") for person in row}
    involved |= {oddity.volunteer.user_id} if oddity.volunteer else set()
    if by.pk in involved | set(_confirmers(stays).values()):
        raise Refused(_("Somebody else decides on what one had a part in."), code="own_hours")


def _keep(found: patterns.Pattern, region: Region, *, at: datetime, by: User) -> None:
    figures = {**found.figures}
    names = dict(Region.objects.filter(code__in=[str(value) for value in figures.values()]).values_list("code", "name"))
    figures |= {name: names[value] for name, value in figures.items() if value in names}
    oddity = Oddity(region=region, kind=found.kind, key=found.key, figures=figures, found_at=at)
    oddity.begin(by=by)
    oddity.stays.set(found.stays)


def _rows(region: Region, at: datetime) -> list[patterns.Stay]:
    """The stays of activities that are over here, and those of the same people elsewhere at that time."""
    period = Attendance.objects.filter(started_at__gte=at - LOOKED_BACK, activity__ends_at__lte=at)
    here = period.filter(region=region)
    stays = period.filter(volunteer__in=here.values("volunteer")).exclude(status=Attendance.Status.REJECTED)
    stays = (stays | here).select_related("region", "volunteer").order_by("pk")
    devices = defaultdict(list)
    for stay, marker in DeviceMark.objects.filter(attendance__in=here).values_list("attendance_id", "marker"):
        devices[stay].append(marker)
    confirmers = _confirmers(here.confirmed())
    undone = set(here.overdue(at=at).values_list("pk", flat=True))
    undone |= set(here.filter(status=Attendance.Status.REJECTED).values_list("pk", flat=True))
    return [
        patterns.Stay(
            pk=stay.pk,
            volunteer=stay.volunteer_id,
            user=stay.volunteer.user_id,
            activity=stay.activity_id,
            place=stay.region.code,
            started_at=stay.started_at,
            ended_at=stay.ended_at,
            confirmed_by=confirmers.get(stay.pk),
            is_undone=stay.pk in undone,
            devices=tuple(devices[stay.pk]),
        )
        for stay in stays
    ]


def _confirmers(stays: AttendanceQuerySet) -> dict[int, int]:
    """Who confirmed each of these last, from the record."""
    kind = ContentType.objects.get_for_model(Attendance)
    changes = StatusChange.objects.filter(
        content_type=kind, object_id__in=stays.values("pk"), new=Attendance.Status.CONFIRMED
    )
    return dict(changes.order_by("id").values_list("object_id", "actor_id"))


def _quarter(at: datetime) -> str:
    day = localdate(at)
    return f"{day.year}Q{(day.month + 2) // 3}"
