"""Pabulib: a closed poll in the open format of participatory budgeting (.pb), with the rule in its head."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.timezone import localdate

from projects.models import Poll, PollResult, Project
from projects.services import ballots


class _Line:
    """Where the csv writer leaves each line, to be handed on at once."""

    def write(self, line: str) -> str:
        return line


def export(poll: Poll) -> Iterator[str]:
    """The file line by line, whatever the number of ballots. Raises Refused before the poll is closed."""
    votes = ballots.published(poll)
    write = csv.writer(_Line(), delimiter=";", lineterminator="\n").writerow
    return map(write, _rows(poll, votes))


def _rows(poll: Poll, votes: Iterable[tuple[str, list[int]]]) -> Iterator[list[Any]]:
    results = {result.project_id: result for result in poll.results.all()}
    options = poll.options.select_related("project").prefetch_related("project__lines").order_by("order")
    standing = [option.project for option in options]
    yield ["META"]
    yield ["key", "value"]
    yield from _meta(poll, standing)
    yield ["PROJECTS"]
    yield ["project_id", "cost", "votes", "name", "selected"]
    for project in standing:
        result = results[project.pk]
        is_selected = int(result.outcome == PollResult.Outcome.SHORTLISTED)
        yield [project.pk, project.total, result.votes, project.title, is_selected]
    yield ["VOTES"]
    yield ["voter_id", "vote"]
    for receipt, choices in votes:
        yield [receipt, ",".join(map(str, choices))]


def _meta(poll: Poll, standing: list[Project]) -> list[list[Any]]:
    budget = sum(project.total for project in standing)
    return [
        ["description", str(poll.roadshow)],
        ["country", "China"],
        ["unit", poll.region.name],
        ["instance", f"{poll.region.code}-{poll.pk}"],
        ["num_projects", len(standing)],
        ["num_votes", poll.ballots],
        ["budget", budget],
        ["vote_type", "approval"],
        ["rule", "the best by votes"],
        ["date_begin", localdate(poll.opened_at).strftime("%d.%m.%Y")],
        ["date_end", localdate(poll.closed_at).strftime("%d.%m.%Y")],
        ["min_length", 1],
        ["max_length", poll.max_choices],
        ["language", "chinese"],
        ["winners", poll.winners],
        ["places", poll.places],
        ["tie_rule", poll.tie_rule],
        ["lot_seed", poll.lot_seed],
        ["voter_roll", poll.roll_size],
        ["votes_needed", poll.votes_needed],
        ["seal", poll.seal],
    ]
