"""日历订阅: a secret address for one's own calendar, made anew or ended at any time."""

from __future__ import annotations

import secrets
from datetime import datetime

from communities.encryption import fingerprint
from communities.models import User
from volunteers.models import CalendarLink, Volunteer


def make_link(volunteer: Volunteer, *, by: User, at: datetime) -> str:
    """Make a secret link, shown this once; the one before opens nothing any more."""
    secret = secrets.token_urlsafe(24)
    CalendarLink.objects.update_or_create(
        volunteer=volunteer, defaults={"secret_hash": fingerprint(secret), "made_at": at}
    )
    return secret


def end_link(volunteer: Volunteer, *, by: User) -> None:
    """Let the link open nothing any more; where there is none, nothing changes."""
    CalendarLink.objects.filter(volunteer=volunteer).delete()
