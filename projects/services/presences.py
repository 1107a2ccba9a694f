"""签到: who is at the venue, by the code on the big screen or by staff from the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from communities.models import Refused, Resident, User
from communities.services import place_codes
from projects.models import Poll, Presence
from projects.services import rolls

# How many the list at the door shows at once; whoever is behind that is searched for.
SHOWN = 100
LEAST_DIGITS = 3


def check_in(poll: Poll, *, ticket: str, by: User) -> Presence:
    """Say that one is here, with the ticket that one's scan of the screen gave."""
    place_codes.redeem(ticket, thing=poll)
    resident = rolls.awaited(poll).filter(user=by).first()
    if resident is None:
        raise Refused(_("You are not on the voter roll of this poll."), code="not_on_roll")
    return _take(poll, resident, how=Presence.How.CODE)


def take(poll: Poll, *, resident: Resident, by: User) -> Presence:
    """Tick somebody off on the list at the door."""
    if not rolls.awaited(poll).filter(pk=resident.pk).exists():
        raise Refused(_("This person is not on the voter roll of this poll."), code="not_on_roll")
    return _take(poll, resident, how=Presence.How.STAFF)


def scan(poll: Poll, *, code: str, at: datetime | None = None) -> str:
    """Turn what the screen showed into a ticket for checking in."""
    return place_codes.scan(code, thing=poll, at=at)


def _take(poll: Poll, resident: Resident, *, how: str) -> Presence:
    """Write it down once; twice is no harm."""
    if Poll.objects.get(pk=poll.pk).status not in Poll.UNDER_WAY:
        raise Refused(_("One checks in from the announcement until the vote closes."), code="not_now")
    return Presence.objects.get_or_create(poll=poll, resident=resident, defaults={"how": how})[0]


@dataclass(frozen=True)
class Arrival:
    """Somebody on the door list: a person who votes, and whether they are here."""

    resident: Resident
    is_present: bool


def at_the_door(poll: Poll, *, said: str = "") -> tuple[list[Arrival], int]:
    """Those who vote and fit what was said at the door (a grid, a name or its first letter, the last digits of a
    phone number), at most so many, and how many fit in all."""
    here = Presence.objects.filter(poll=poll, resident=OuterRef("pk"))
    people = rolls.awaited(poll).annotate(is_here=Exists(here)).order_by("grid", "household", "pk")
    said = said.strip()
    if said and not people.filter(grid=said).exists():
        fitting = [one for one in people.iterator(chunk_size=1000) if _fits(one, said)]
        return [Arrival(one, one.is_here) for one in fitting[:SHOWN]], len(fitting)
    if said:
        people = people.filter(grid=said)
    return [Arrival(one, one.is_here) for one in people[:SHOWN]], people.count()


def _fits(resident: Resident, said: str) -> bool:
    if said.isdigit():
        return len(said) >= LEAST_DIGITS and bool(resident.phone.endswith(said))
    # The first letter is what the masked list shows; more of a name is known to whoever types it, or not told.
    return said.casefold() in {resident.name.casefold(), resident.name[:1].casefold()}
