"""招募令: drafted, published, put off, closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from communities.models.record import record
from communities.services import sweeps
from teams.models import RecruitmentCall

Status = RecruitmentCall.Status


def draft(call: RecruitmentCall, *, by: User) -> RecruitmentCall:
    """Begin a call in a community; nobody outside sees it yet."""
    if call.region.level != Region.Level.COMMUNITY:
        raise Refused(_("A call is made by a community."))
    call.begin(by=by)
    return call


@transaction.atomic
def edit(call: RecruitmentCall, *, by: User, **fields: Any) -> RecruitmentCall:
    """Change a draft's words; what is published stays as it is."""
    status = call.locked().status
    if status != Status.DRAFT:
        raise Refused(_("Only a draft can be edited. A published call's closing date can be put off."))
    for name, value in fields.items():
        setattr(call, name, value)
    call.save(update_fields=list(fields))
    return call


def publish(call: RecruitmentCall, *, by: User, on: date | None = None) -> None:
    """Show a call to everybody."""
    if call.closes_on < (on or localdate()):
        raise Refused(_("Its last day has already passed. Choose a later one."))
    call.move(Status.PUBLISHED, by=by)


def withdraw(call: RecruitmentCall, *, by: User) -> None:
    """Drop a draft."""
    call.move(Status.WITHDRAWN, by=by)


def close(call: RecruitmentCall, *, by: User, reason: str) -> None:
    """End a call before its last day has passed, saying why."""
    call.move(Status.CLOSED, by=by, reason=reason)


@transaction.atomic
def extend(call: RecruitmentCall, *, by: User, closes_on: date, reason: str) -> None:
    """Put off the last day of a published call, saying why."""
    current = call.locked()
    if current.status != Status.PUBLISHED:
        raise Refused(_("Only a published call can be put off."), code="wrong_status")
    if closes_on <= current.closes_on:
        raise Refused(_("The new last day must be later than %(day)s.") % {"day": current.closes_on})
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    RecruitmentCall.objects.filter(pk=call.pk).update(closes_on=closes_on)
    call.closes_on = closes_on
    told = f"{current.closes_on} → {closes_on}: {reason}"
    record(call, region=call.region, old=current.status, new="extended", by=by, reason=told)


def close_due(*, on: date, by: User) -> int:
    """Close every call whose last day is over; how many there were."""
    overdue = RecruitmentCall.objects.overdue(on=on).order_by("pk")
    return sum(sweeps.each(overdue, lambda call: _close_if_still_due(call, on=on, by=by)))


def _close_if_still_due(call: RecruitmentCall, *, on: date, by: User) -> bool:
    """Somebody may have closed it or put it off since it was found."""
    current = call.locked()
    if current.status != Status.PUBLISHED or current.closes_on >= on:
        return False
    current.move(Status.CLOSED, by=by, reason=_("Its last day has passed."))
    return True
