"""Pabulib: a closed poll in the open format of participatory budgeting (.pb), with the rule in its head.

The format: pabulib.org/format. What it has no word for (voice, lot, seal …) stands under keys of our own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.timezone import localdate

from projects import tally
from projects.models import Poll, PollOption, PollResult
from projects.models.rules import FULL_SCORE
from projects.services import ballots

VOTE_TYPES = {"approval": "approval", "score": "scoring", "budget": "approval"}
RULES = {
    tally.BEST: "the best by support",
    tally.SHARE: "all above a share",
    tally.BUDGET_SKIP: "greedy",
    tally.BUDGET_STOP: "greedy, ending at the first that does not fit",
}


class _Line:
    """Where the csv writer leaves each line, to be handed on at once."""

    def write(self, line: str) -> str:
        return line


def export(poll: Poll) -> Iterator[str]:
    """The file line by line, whatever the number of ballots. Raises Refused before the poll is closed."""
    votes = ballots.published(poll)
    write = csv.writer(_Line(), delimiter=";", lineterminator="\n").writerow
    return map(write, _rows(poll, votes))


def _rows(poll: Poll, votes: Iterable[tuple[str, str, list[int], list[int]]]) -> Iterator[list[Any]]:
    results = {result.project_id: result for result in poll.results.all()}
    options = list(poll.options.select_related("project").order_by("order"))
    yield ["META"]
    yield ["key", "value"]
    yield from _meta(poll, options)
    yield ["PROJECTS"]
    yield ["project_id", "cost", "votes", "name", "selected"]
    for option in options:
        result = results[option.project_id]
        votes_of = result.votes + result.expert_votes
        yield [option.project_id, _plain(option.cost), votes_of, option.project.title, int(_was_selected(result))]
    yield ["VOTES"]
    yield ["voter_id", "voice", "vote", *(["points"] if poll.is_by_score else [])]
    for receipt, voice, choices, points in votes:
        yield [receipt, voice, ",".join(map(str, choices)), *([",".join(map(str, points))] if poll.is_by_score else [])]


def _was_selected(result: PollResult) -> bool:
    """Whether the vote itself chose the project, whatever became of it afterwards."""
    was_in = {PollResult.Outcome.SHORTLISTED, *PollResult.LEFT}
    return result.outcome in was_in and not result.moved_up


def _meta(poll: Poll, options: list[PollOption]) -> Iterator[list[Any]]:
    yield ["description", str(poll.roadshow)]
    yield ["country", "China"]
    yield ["unit", poll.region.name]
    yield ["instance", f"{poll.region.code}-{poll.pk}"]
    yield ["num_projects", len(options)]
    yield ["num_votes", (poll.ballots or 0) + poll.expert_ballots]
    yield ["budget", _plain(poll.budget if poll.has_budget else sum(option.cost for option in options))]
    yield ["vote_type", VOTE_TYPES[poll.ballot_type]]
    yield ["rule", RULES[poll.winner_rule]]
    yield ["date_begin", localdate(poll.opened_at).strftime("%d.%m.%Y")]
    yield ["date_end", localdate(poll.closed_at).strftime("%d.%m.%Y")]
    yield ["min_length", 1]
    if poll.is_by_score:
        yield from [["min_points", 0], ["max_points", FULL_SCORE], ["default_score", 0]]
    else:
        yield ["max_length", poll.max_choices]
    if poll.ballot_type == Poll.BallotType.BUDGET:
        yield ["max_sum_cost", _plain(poll.budget)]
    yield ["language", "chinese"]
    yield from _our_own(poll)


def _our_own(poll: Poll) -> Iterator[list[Any]]:
    yield ["winner_rule", poll.winner_rule]
    yield ["winners", poll.winners]
    yield ["places", poll.places]
    yield ["share", poll.share]
    yield ["minimum_support", poll.minimum_support]
    yield ["expert_weight", poll.expert_weight]
    yield ["tie_rule", poll.tie_rule]
    yield ["lot_seed", poll.lot_seed]
    yield ["tie_order", ",".join(map(str, poll.tie_order or []))]
    yield ["voter_roll", poll.roll_size]
    yield ["quorum_counts", poll.quorum_counts]
    yield ["present", poll.present]
    yield ["voted", poll.heard]
    yield ["needed", poll.votes_needed]
    yield ["spoiled", poll.spoiled]
    yield ["seal", poll.seal]


def _plain(amount: Any) -> str:
    """Yuan without needless zeros, as other programs read it."""
    return f"{amount:f}".rstrip("0").rstrip(".") if "." in f"{amount:f}" else f"{amount:f}"
