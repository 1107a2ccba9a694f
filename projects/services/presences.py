"""签到: who is at the venue, by the code on the big screen or by staff from the list."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from communities.models import Refused, Resident, User
from communities.services import place_codes
from projects.models import Poll, Presence
from projects.services import rolls

TAKEN = frozenset({Poll.Status.ANNOUNCED, Poll.Status.OPEN})


def check_in(poll: Poll, *, ticket: str, by: User) -> Presence:
    """Say that one is here, with the ticket that one's scan of the screen gave."""
    place_codes.redeem(ticket, thing=poll)
    resident = rolls.electorate(poll).filter(user=by).first()
    if resident is None:
        raise Refused(_("You are not on the voter roll of this poll."), code="not_on_roll")
    return _take(poll, resident, how=Presence.How.CODE)


def take(poll: Poll, *, resident: Resident, by: User) -> Presence:
    """Tick somebody off on the list at the door."""
    if not rolls.electorate(poll).filter(pk=resident.pk).exists():
        raise Refused(_("This person is not on the voter roll of this poll."), code="not_on_roll")
    return _take(poll, resident, how=Presence.How.STAFF)


def scan(poll: Poll, *, code: str, at: datetime | None = None) -> str:
    """Turn what the screen showed into a ticket for checking in."""
    return place_codes.scan(code, thing=poll, at=at)


def _take(poll: Poll, resident: Resident, *, how: str) -> Presence:
    """Write it down once; twice is no harm."""
    if Poll.objects.get(pk=poll.pk).status not in TAKEN:
        raise Refused(_("One checks in from the announcement until the vote closes."), code="not_now")
    return Presence.objects.get_or_create(poll=poll, resident=resident, defaults={"how": how})[0]
