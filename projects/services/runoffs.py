"""再次票选: the run-off that the rule announced, a poll of its own among the tied."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Refused, User
from projects import tally
from projects.models import Expert, ListedVoter, Poll, Substitution
from projects.services import counting


@transaction.atomic
def plan(poll: Poll, *, by: User, opens_at: Any, closes_at: Any) -> Poll:
    """Plan the run-off that the rule announced: a new poll among the tied, for the places or the money left."""
    poll.take()
    if not counting.awaits_runoff(poll):
        raise Refused(_("There is no tie here that a run-off settles."), code="no_runoff")
    left, tied = counting.left(poll), counting.tied_in(poll)
    same = ("electorate", "seats_per_grid", "winner_rule", "share", "minimum_support", "quorum", "quorum_counts")
    rule = {name: getattr(poll, name) for name in (*same, "expert_weight", "may_replace")}
    number = min(left.winners, len(tied) - 1) if poll.winner_rule == tally.BEST else 1
    rule |= {"winners": number, "places": number, "max_choices": number, "tie_rule": Poll.TieRule.LOT}
    rule["budget"] = left.budget
    rule |= {"opens_at": opens_at, "closes_at": closes_at}
    new = Poll(roadshow=poll.roadshow, region=poll.region, runoff_of=poll, **rule)
    new.begin(by=by)
    _same_electorate(new, poll)
    return new


def _same_electorate(new: Poll, poll: Poll) -> None:
    """Who might vote in the tied poll may vote in its run-off: substitutes, list and experts go with it."""
    for model in (Substitution, ListedVoter, Expert):
        rows = list(model.objects.filter(poll=poll).order_by("pk"))
        for row in rows:
            row.pk, row.poll = None, new
        model.objects.bulk_create(rows)
