"""现场码: what the leader's screen shows at the place; signed, changing every 30 seconds, kept nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused
from volunteers.models import Activity

SECONDS = 30
# From the scan to the button: time to sign in with a phone code.
TICKET_AGE = timedelta(minutes=5)
_signer = signing.Signer(salt="volunteers.place")
_TICKET = "volunteers.ticket"


def show(activity: Activity, *, at: datetime | None = None) -> str:
    """The code of this half minute."""
    return _signer.sign(f"{activity.pk}.{_window(at or now())}")


def scan(code: str, *, activity: Activity, at: datetime | None = None) -> str:
    """Turn a code of this half minute or the last into a ticket that says who scanned where and when."""
    at = at or now()
    try:
        place, _dot, window = _signer.unsign(code).partition(".")
    except signing.BadSignature:
        place, window = "", "0"
    if place != str(activity.pk) or int(window) not in {_window(at), _window(at) - 1}:
        raise Refused(_("This code is no longer valid: please scan the screen again."), code="stale_code")
    return signing.dumps([activity.pk, at.timestamp()], salt=_TICKET)


def redeem(ticket: str, *, activity: Activity) -> datetime:
    """The moment of the scan that a ticket stands for."""
    try:
        place, moment = _read(ticket)
    except signing.BadSignature:
        place, moment = None, 0
    if place != activity.pk:
        raise Refused(_("This code is no longer valid: please scan the screen again."), code="stale_code")
    return datetime.fromtimestamp(moment, now().tzinfo)


def _read(ticket: str) -> Any:
    return signing.loads(ticket, salt=_TICKET, max_age=TICKET_AGE)


def _window(at: datetime) -> int:
    return int(at.timestamp()) // SECONDS
