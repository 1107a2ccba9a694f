"""会议纪要: what is told of an evening, drawn up from what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from communities.calendar import add_working_days, computed_years
from communities.models import StatusChange
from projects.models import Poll, PollResult, Presence, Turnout
from projects.services import presentations, rolls

Outcome = PollResult.Outcome
NOTICE_DAYS = 5


@dataclass(frozen=True)
class Count:
    """Figures of the evening beside the sealed ones."""

    by_code: int
    by_staff: int
    struck: int
    substitutes: int
    channels: list[tuple[Any, int]]


def counts(poll: Poll) -> Count:
    """Who was on the roll and who came, by bare number."""
    came = poll.presences.all()
    words = dict(Turnout.Channel.choices)
    return Count(
        by_code=came.filter(how=Presence.How.CODE).count(),
        by_staff=came.filter(how=Presence.How.STAFF).count(),
        struck=poll.roll.exclude(struck="").count(),
        substitutes=poll.roll.exclude(stands_for=None).count(),
        channels=[(words[channel], number) for channel, number in rolls.by_channel(poll).items()],
    )


def draft(poll: Poll) -> dict[str, Any]:
    """What the minutes of a poll's evening say."""
    results = list(poll.results.select_related("project__team"))
    return {
        "poll": poll,
        "roadshow": poll.roadshow,
        "entries": poll.roadshow.entries.select_related("project__team"),
        "turns": presentations.turns(poll.roadshow),
        "figures": rolls.figures(poll),
        "counts": counts(poll),
        "results": results,
        "chosen": [result for result in results if result.outcome == Outcome.SHORTLISTED],
        "record": list(StatusChange.objects.about(poll).exclude(new=Poll.Status.DRAFT)),
        "runoffs": poll.runoffs.valid(),
    }


def notice(poll: Poll, *, on: date) -> dict[str, Any]:
    """What the public notice of the shortlisted projects says if it is posted on this day."""
    chosen = poll.results.filter(outcome=Outcome.SHORTLISTED).select_related("project__team", "project__scene")
    last = add_working_days(on, NOTICE_DAYS)
    return {
        "poll": poll,
        "roadshow": poll.roadshow,
        "chosen": chosen,
        "figures": rolls.figures(poll),
        "days": NOTICE_DAYS,
        "first": on,
        "last": last,
        "computed_years": computed_years(on, last),
    }
