"""失败锁定: five failures lock an account's password or second factor for fifteen minutes, wherever they come from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from communities.encryption import index_of
from communities.models import FailureCount, Refused, User
from communities.models.sign_in import FAILURES, LOCKED_FOR

from .audit import Kind, write

T = TypeVar("T")


def count(what: str, *, at: datetime) -> int:
    """Count a try before it is looked at, so that no burst of requests gets more of them; how many are left.

    Raises Refused (locked) when there are none. It stands in no transaction of the caller's, which refuses the try and
    would take the count back with it: RuntimeError there.
    """
    with transaction.atomic(durable=True):
        FailureCount.objects.get_or_create(key=index_of(what), defaults={"last_at": at})
        counted = FailureCount.objects.select_for_update().get(key=index_of(what))
        locked = counted.is_locked(at=at)
        if not locked:
            counted.tries = 1 + (counted.tries if at < counted.last_at + LOCKED_FOR else 0)
            counted.last_at = at
            counted.save(update_fields=["tries", "last_at"])
    if locked:
        raise _locked(counted)
    return FAILURES - counted.tries


def _locked(counted: FailureCount) -> Refused:
    until = localtime(counted.last_at + LOCKED_FOR)
    message = _("Too many failed tries. For safety this account is locked until %(time)s.")
    return Refused(message % {"time": f"{until:%H:%M}"}, code="locked")


def look_up(what: str, find: Callable[[], T | None], *, at: datetime, too_many: str, unknown: str, code: str) -> T:
    """What a typed code opens; after five wrong ones in a row the place `what` waits, and `too_many` says so.

    Raises Refused (`code`) with `unknown`, in which `%(left)d` is how many tries are left.
    """
    try:
        left = count(what, at=at)
    except Refused as no:
        raise Refused(too_many, code=no.code) from no
    found = find()
    if found is None:
        raise Refused(unknown % {"left": left}, code=code)
    forgive(what)
    return found


def note(what: str, *, left: int, subject: User | None, address: str = "", **detail: Any) -> None:
    """Write down a failed try, and that it was the last one for a while."""
    write(Kind.REFUSED, by=None, subject=subject, address=address, account=what, **detail)
    if not left:
        write(Kind.LOCKED, by=None, subject=subject, address=address, account=what, **detail)


def forgive(what: str) -> None:
    """Count anew after a success."""
    FailureCount.objects.filter(key=index_of(what)).delete()


def forget(*, at: datetime) -> int:
    """Delete the counts that lock nothing any more."""
    return FailureCount.objects.filter(last_at__lt=at - timedelta(days=1)).delete()[0]
