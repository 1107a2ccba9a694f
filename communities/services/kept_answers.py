"""Answers kept for repeated requests: long enough for any retry, and no longer, for they say what somebody did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import models, transaction

from communities.models import KeptAnswer, User

KEPT_FOR = timedelta(days=3)


@transaction.atomic
def once(make: Callable[[], models.Model], *, key: str, by: User) -> tuple[int, bool]:
    """Make a thing once, however often its form is sent: its number, and whether it was made only now.

    `key` stands in the form and is new with each page; without one it is made.
    """
    User.objects.select_for_update().get(pk=by.pk)  # two requests of one person come one after the other
    kept = KeptAnswer.objects.filter(user=by, key=key).first() if key else None
    if kept:
        return int(kept.body["made"]), False
    number: int = make().pk
    if key:
        KeptAnswer.objects.create(user=by, key=key, fingerprint="", status=201, body={"made": number})
    return number, True


def forget(*, at: datetime) -> int:
    """Delete the answers that nobody asks for again."""
    return KeptAnswer.objects.filter(at__lt=at - KEPT_FOR).delete()[0]
