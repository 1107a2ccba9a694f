"""投票票据: what a paper that was looked over carries, so that casting it needs neither session nor account look-up.

It says, signed, who votes in which poll, and is worth half an hour. It stands in the voter's own page alone, so that
whoever can send it has seen that page: it guards against forged requests as well. That the account is still active,
on the roll and has not voted is asked by the vote's one statement.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from communities.models import User
from projects.models import Poll

WORTH = timedelta(minutes=30)
_SALT = "ballot-ticket"


def issue(poll: Poll, *, user: User) -> str:
    """A ticket for this person's vote in this poll."""
    return signing.dumps([user.pk, poll.pk], salt=_SALT)


def redeem(ticket: str, *, poll: int) -> int | None:
    """The number of the account whose vote this is; None where the ticket is none, too old or of another poll."""
    try:
        user, number = signing.loads(ticket, salt=_SALT, max_age=WORTH)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(user) if number == poll else None
