"""签到码: eight letters that a screen at an activity shows for half a minute; which half minute, the code itself tells.

Nothing is stored: a code is a keyed hash of the activity and the half minute, and is found again among those of the
activity's own hours. The last letter checks the others, so that a phone without network notices a slip of the finger.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from communities.models import Refused
from volunteers.models import Activity

SECONDS = 30
# 31 signs, none of which is taken for another; as a prime number, it lets one letter check for a wrong or swapped one.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
# From when to when an activity's code is shown: an hour before the beginning until an hour after the end.
MARGIN = timedelta(hours=1)
SALT = "spot codes"


def show(activity: Activity, *, at: datetime) -> str:
    """The code of this half minute."""
    return _code(_key(), activity.pk, _window(at))


def list_all(activity: Activity) -> tuple[int, list[str]]:
    """The first half minute (Unix time / 30) and the codes from then on: what a screen shows without network."""
    windows, key = _windows(activity), _key()
    return windows.start, [_code(key, activity.pk, window) for window in windows]


def check_fresh(code: str, *, activity: Activity, at: datetime) -> None:
    """Refuse a code that is not of this half minute or the last (or, as clocks differ, the next)."""
    moment = _find(code, activity, _around(at))
    if moment is None:
        raise Refused(_("This code is no longer valid: please scan the screen again."), code="stale_code")


def moment_of(code: str, *, activity: Activity, at: datetime) -> datetime | None:
    """The beginning of the half minute that a code stands for, never later than now; None if it is no such code."""
    shown = _windows(activity)
    now = _around(at)
    moment = _find(code, activity, now) or _find(code, activity, range(shown.start, min(shown.stop, now.start)))
    return moment and min(moment, at)


def plain(code: str) -> str:
    """A code as it was typed: without spaces, in capitals."""
    return "".join(code.split()).upper()


def is_well_formed(code: str) -> bool:
    """Whether this can be a code at all: eight of our signs, of which the last checks the others."""
    return len(code) == LENGTH and set(code) <= set(SIGNS) and code[-1] == _check(code[:-1])


def _find(code: str, activity: Activity, windows: Iterable[int]) -> datetime | None:
    code = plain(code)
    if not is_well_formed(code):
        return None
    key = _key()
    found = (window for window in windows if hmac.compare_digest(_code(key, activity.pk, window), code))
    window = next(found, None)
    return None if window is None else datetime.fromtimestamp(window * SECONDS, UTC)


def _code(key: bytes, activity: int, window: int) -> str:
    number = int.from_bytes(hmac.digest(key, f"{activity}.{window}".encode(), "sha256")[:8])
    letters = ""
    for _place in range(LENGTH - 1):
        number, sign = divmod(number, len(SIGNS))
        letters += SIGNS[sign]
    return letters + _check(letters)


def _check(letters: str) -> str:
    return SIGNS[sum(place * SIGNS.index(letter) for place, letter in enumerate(letters, 1)) % len(SIGNS)]


def _key() -> bytes:
    return salted_hmac(SALT, "", secret=settings.SECRET_KEY, algorithm="sha256").digest()


def _around(at: datetime) -> range:
    return range(_window(at) - 1, _window(at) + 2)


def _windows(activity: Activity) -> range:
    return range(_window(activity.starts_at - MARGIN), _window(activity.ends_at + MARGIN) + 1)


def _window(at: datetime) -> int:
    return int(at.timestamp()) // SECONDS
