"""投票亭: staff set up a tablet for a poll; six digits from a slip open a ballot paper on it."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.encryption import fingerprint
from communities.models import Refused, User
from communities.services import failures
from projects.models import Kiosk, Poll, VotingSlip
from projects.services import slips


@transaction.atomic
def set_up(poll: Poll, *, name: str, by: User) -> tuple[Kiosk, str]:
    """Make a tablet a kiosk of this poll; the secret stays on the tablet alone."""
    if Poll.objects.get(pk=poll.pk).status not in Poll.UNDER_WAY:
        raise Refused(_("A kiosk is set up after the rule is announced, until the vote closes."), code="too_late")
    secret = secrets.token_urlsafe(16)
    return Kiosk.objects.create(poll=poll, name=name.strip(), secret_hash=fingerprint(secret)), secret


def end(kiosk: Kiosk, *, by: User) -> None:
    """Take a tablet out of service."""
    Kiosk.objects.in_use().filter(pk=kiosk.pk).update(ended_at=now())


def find(secret: str, *, poll: Poll) -> Kiosk | None:
    """The kiosk that this tablet is, while it is in use."""
    return Kiosk.objects.in_use().filter(poll=poll, secret_hash=fingerprint(secret)).first()


def open_paper(kiosk: Kiosk, *, code: str, at: datetime | None = None) -> VotingSlip:
    """The slip of these six digits. After five wrong codes in a row the kiosk waits, or staff set it up anew."""
    return failures.look_up(
        f"kiosk:{kiosk.pk}",
        lambda: slips.find_by_code(kiosk.poll, code=code),
        at=at or now(),
        too_many=_("Too many wrong codes. Please call the staff."),
        unknown=_("This code is not known or was replaced. Please compare it with your slip. Tries left: %(left)d"),
        code="no_slip",
    )
