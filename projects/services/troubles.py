"""控制台提醒: what goes wrong on the evening of a vote, or is about to, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities import parts
from projects.models import Kiosk, Poll
from projects.services import rolls
from projects.services.rolls import Figures

SOON = timedelta(minutes=10)
# The start page of a kiosk renews itself every minute: one not heard of for so long has lost its network or battery.
SILENT_AFTER = timedelta(minutes=3)


class Trouble(NamedTuple):
    """What is wrong; grave when the vote cannot go on or will fail by it."""

    words: str
    is_grave: bool = False


def of(poll: Poll, *, turnout: Figures, at: datetime) -> list[Trouble]:
    """Everything that staff should look at now, the grave first."""
    found = [*_of_time(poll, turnout, at), *_of_people(poll), *_of_kiosks(poll, at), *_of_parts(poll)]
    return sorted(found, key=lambda trouble: not trouble.is_grave)


def _of_time(poll: Poll, turnout: Figures, at: datetime) -> Iterator[Trouble]:
    if poll.status == Poll.Status.ANNOUNCED and poll.opens_at <= at:
        yield Trouble(_("The announced time has come, but the vote is not open. Please open it here."), True)
    if poll.status == Poll.Status.TIED:
        yield Trouble(_("The vote is tied. Please settle it by the announced rule, in the console."), True)
    if poll.status != Poll.Status.OPEN:
        return
    if poll.closes_at <= at:
        yield Trouble(_("The announced time is over, but the vote is not closed. Please close it here."), True)
    elif turnout.missing and poll.closes_at - at <= SOON:
        words = _("The vote ends in %(minutes)d min and %(missing)d people are missing for the quorum.")
        minutes = -(-(poll.closes_at - at) // timedelta(minutes=1))
        yield Trouble(words % {"minutes": minutes, "missing": turnout.missing}, True)


def _of_people(poll: Poll) -> Iterator[Trouble]:
    if poll.status == Poll.Status.ANNOUNCED and not rolls.electorate(poll).exists():
        yield Trouble(_("Nobody may vote by this rule: the voter roll would be empty."), True)
    if struck := poll.roll.exclude(struck="").count():
        words = ngettext(
            "%(n)d person was struck off the roll because of an interest; they may be present but not vote.",
            "%(n)d people were struck off the roll because of an interest; they may be present but not vote.",
            struck,
        )
        yield Trouble(words % {"n": struck})


def _of_kiosks(poll: Poll, at: datetime) -> Iterator[Trouble]:
    if poll.status in Poll.UNDER_WAY:
        silent = [kiosk.name for kiosk, seen in kiosks_of(poll) if seen is None or at - seen > SILENT_AFTER]
        if silent:
            yield Trouble(_("Not heard of for three minutes: %s. Please look after these tablets.") % ", ".join(silent))


def kiosks_of(poll: Poll) -> list[tuple[Kiosk, datetime | None]]:
    """The kiosks in use, and when each was last heard of."""
    kiosks = list(Kiosk.objects.in_use().filter(poll=poll))
    heard = cache.get_many([_sign_of(kiosk.pk) for kiosk in kiosks])
    return [(kiosk, heard.get(_sign_of(kiosk.pk))) for kiosk in kiosks]


def note_kiosk(kiosk: Kiosk, *, at: datetime) -> None:
    """A sign of life of a kiosk that shows its start page; nothing is noted while somebody votes there."""
    cache.set(_sign_of(kiosk.pk), at, timeout=24 * 3600)


def _sign_of(pk: int) -> str:
    return f"kiosk:{pk}:heard"


def _of_parts(poll: Poll) -> Iterator[Trouble]:
    if poll.status in Poll.UNDER_WAY and (silent := parts.silent()):
        words = _("The server's background work is down (%s): the vote will not open or close by itself, do it here.")
        yield Trouble(words % ", ".join(silent), True)
