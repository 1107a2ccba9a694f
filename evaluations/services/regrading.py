"""复算: every grade of a round computed anew from the stored sheets and compared, in several processes if worth it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from communities.models import User
from evaluations.models import EvaluationRound, Rating
from evaluations.services import inputs, ratings

Status = Rating.Status
# So many grades are computed before another process has started and opened its connection.
WORTH_A_PROCESS = 500


@dataclass(frozen=True)
class Difference:
    """A figure that is stored otherwise than it is computed."""

    rating: int
    project: int
    title: str
    field: str
    stored: Any
    recomputed: Any

    def __str__(self) -> str:
        path, stored, recomputed = _where(self.field, self.stored, self.recomputed)
        return f"{self.project} {self.title}: {path} stored {stored!r}, recomputed {recomputed!r}"


def _where(path: str, stored: Any, recomputed: Any) -> tuple[str, Any, Any]:
    """The first place inside a figure at which the two differ."""
    if isinstance(stored, dict) and isinstance(recomputed, dict):
        pairs = [(key, stored.get(key), recomputed.get(key)) for key in sorted({*stored, *recomputed})]
    elif isinstance(stored, list) and isinstance(recomputed, list) and len(stored) == len(recomputed):
        pairs = [
            (row["code"] if isinstance(row, dict) and "code" in row else number, row, other)
            for number, (row, other) in enumerate(zip(stored, recomputed, strict=True))
        ]
    else:
        return path, stored, recomputed
    key, one, other = next(pair for pair in pairs if pair[1] != pair[2])
    return _where(f"{path}.{key}", one, other)


def graded(round_: EvaluationRound) -> QuerySet[Rating]:
    return round_.ratings.filter(status__in=Rating.STORED)


def differences(round_: EvaluationRound) -> list[Difference]:
    """Everything in a round that is stored otherwise than it is computed from the stored sheets."""
    return list(chain.from_iterable(found for _count, found in check(round_)))


def check(round_: EvaluationRound) -> Iterator[tuple[int, list[Difference]]]:
    """Recompute a round batch by batch: how many grades a batch has, and what differs in it."""
    batches = inputs.batches(graded(round_))
    compare = partial(_compare, round_.pk)
    processes = min(os.cpu_count() or 1, sum(map(len, batches)) // WORTH_A_PROCESS)
    if processes <= 1:
        yield from map(compare, batches)
        return
    connections.close_all()  # one connection is not shared by two processes
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
        yield from pool.map(compare, batches)


def _compare(round_: int, batch: list[int]) -> tuple[int, list[Difference]]:
    scheme = ratings.core(EvaluationRound.objects.select_related("scheme").get(pk=round_))
    rows = Rating.objects.filter(pk__in=batch).select_related("project")
    return len(batch), [
        Difference(rating.pk, rating.project_id, str(rating), name, getattr(rating, name), value)
        for rating, fields in ratings.computed(rows, scheme)
        for name, value in fields.items()
        if getattr(rating, name) != value
    ]


def mend(found: list[Difference], *, by: User, reason: str) -> int:
    """Store grades that are not final as they are computed, and record it; final ones are only reported."""
    numbers = {difference.rating for difference in found}
    provisional = Rating.objects.filter(pk__in=numbers, status__in=Rating.NOT_YET_FINAL)
    for rating in provisional.select_related("round__scheme", "region"):
        ratings.regrade(rating, by=by, reason=reason)
    return len(provisional)
