"""现场码: what a screen shows where an activity or a vote is; signed, changing every 30 seconds, kept nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Model
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused

SECONDS = 30
# From the scan to the button: time to sign in with a phone code.
TICKET_AGE = timedelta(minutes=5)
_signer = signing.Signer(salt="place")
_TICKET = "place.ticket"


def show(thing: Model, *, at: datetime | None = None) -> str:
    """The code of this half minute."""
    return _signer.sign(f"{_name(thing)}.{_window(at or now())}")


def scan(code: str, *, thing: Model, at: datetime | None = None) -> str:
    """Turn a code of this half minute or the last into a ticket that says who scanned where and when."""
    at = at or now()
    try:
        place, _dot, window = _signer.unsign(code).rpartition(".")
    except signing.BadSignature:
        place, window = "", "0"
    if place != _name(thing) or int(window) not in {_window(at), _window(at) - 1}:
        raise _stale()
    return ticket(thing, at=at)


def ticket(thing: Model, *, at: datetime, by: int | None = None) -> str:
    """A ticket that says that somebody scanned here at this moment; it leaves them time to sign in.

    Who was signed in is named (`by`, the key of their account), so that nobody else uses it.
    """
    return signing.dumps([_name(thing), at.timestamp(), *([by] if by else [])], salt=_TICKET)


def redeem(ticket: str, *, thing: Model, by: int | None = None) -> datetime:
    """The moment of the scan that a ticket stands for; refused (`not_your_scan`) where it names somebody else."""
    try:
        place, moment, *whose = _read(ticket)
    except signing.BadSignature:
        place, moment, whose = "", 0, []
    if place != _name(thing):
        raise _stale()
    if whose not in ([], [by]):
        raise Refused(_("Somebody else scanned this: please scan the screen yourself."), code="not_your_scan")
    return datetime.fromtimestamp(moment, now().tzinfo)


def _stale() -> Refused:
    return Refused(_("This code is no longer valid: please scan the screen again."), code="stale_code")


def _name(thing: Model) -> str:
    return f"{thing._meta.model_name}-{thing.pk}"


def _read(ticket: str) -> Any:
    return signing.loads(ticket, salt=_TICKET, max_age=TICKET_AGE)


def _window(at: datetime) -> int:
    return int(at.timestamp()) // SECONDS
