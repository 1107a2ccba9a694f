"""大屏: what the hall's big screen and those who watch from home see, asked of the database once for all of them.

Nothing here is secret, and before closing nothing says what anybody chose: only how many are there and have voted.
Hundreds of screens ask every second; whoever comes first after the figures have aged asks the database, all others
are served from the shared cache meanwhile.
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.core import signing
from django.core.cache import cache
from django.utils.timezone import now

from projects.models import Poll, PollResult, Roadshow
from projects.services import presentations, rolls

# Seconds for which figures are fresh. A screen asks every second, so that it is never two seconds behind.
FRESH = 0.7
KEPT = 60
# Whoever asks meanwhile waits this long where nothing is there to be served yet.
FIRST_WAIT = 2.0
A_DAY = 24 * 3600
_SALT = "poll.screen"


def figures(poll_id: int) -> str:
    """The screen's figures of a poll that people may see as JSON, at most a second old; empty for any other."""
    key, waits_until = f"screen:{poll_id}", time.time() + FIRST_WAIT
    while True:
        kept = cache.get(key)
        if _is_fresh(kept):
            return str(kept[0])
        if cache.add(f"{key}:asking", 1, timeout=5):
            return _ask(poll_id, key)
        if kept:
            return str(kept[0])
        if time.time() > waits_until:
            return _read(poll_id)
        time.sleep(0.02)


def _is_fresh(kept: Any) -> bool:
    return bool(kept) and time.time() < kept[1]


def _ask(poll_id: int, key: str) -> str:
    """Ask the database on behalf of all, unless somebody has just done it."""
    try:
        if _is_fresh(kept := cache.get(key)):
            return str(kept[0])
        said = _read(poll_id)
        cache.set(key, (said, time.time() + FRESH), timeout=KEPT)
        return said
    finally:
        cache.delete(f"{key}:asking")


def _read(poll_id: int) -> str:
    poll = Poll.objects.public().filter(pk=poll_id).select_related("roadshow").first()
    return json.dumps(what_is_seen(poll), ensure_ascii=False) if poll else ""


def what_is_seen(poll: Poll) -> dict[str, Any]:
    """Turnout and programme now; after the count the result, from the last place up."""
    turnout = rolls.figures(poll)
    return {
        "status": poll.status,
        "opens_at": _seconds(poll.opens_at),
        "closes_at": _seconds(poll.closes_at),
        "closed_at": _seconds(poll.closed_at),
        "roll": turnout.roll,
        "present": turnout.present,
        "voted": turnout.voted,
        "needed": turnout.needed,
        "missing": turnout.missing,
        "counts_presence": turnout.counts_presence,
        "now": _now_on_stage(poll.roadshow),
        "results": [_line(result) for result in _results(poll)],
    }


def _now_on_stage(roadshow: Roadshow) -> dict[str, Any] | None:
    there = presentations.current(roadshow)
    if there is None or there.project is None:
        return None
    return {
        "title": there.project.title,
        "team": there.project.team.name,
        "phase": there.phase,
        "since": _seconds(there.started_at),
        "minutes": there.minutes,
    }


def _results(poll: Poll) -> list[PollResult]:
    return list(poll.results.select_related("project__team").order_by("-rank", "-project"))


def _line(result: PollResult) -> dict[str, Any]:
    return {
        "rank": result.rank,
        "title": result.project.title,
        "team": result.project.team.name,
        "votes": result.votes,
        "support": f"{result.support:.1f}",
        "outcome": result.outcome,
        "by_tie_rule": result.by_tie_rule,
    }


def _seconds(moment: Any) -> int | None:
    return int(moment.timestamp()) if moment else None


# -- the screen of the hall


def pass_for(poll: Poll) -> str:
    """What staff put into the link that they open in the hall: with it a screen shows the check-in code, for a day."""
    return signing.dumps(poll.pk, salt=_SALT)


def is_of_the_hall(poll_id: int, *, ticket: str) -> bool:
    """Whether this screen was opened by staff."""
    try:
        return bool(signing.loads(ticket, salt=_SALT, max_age=A_DAY) == poll_id)
    except signing.BadSignature:
        return False


def now_in_milliseconds() -> int:
    """The server's clock, by which screens count."""
    return int(now().timestamp() * 1000)
