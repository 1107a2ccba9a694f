"""How fast a million ballots of three choices are counted, beside the bare GROUP BY, in one run: `make bench-recount`.

The bare statement groups a table that holds nothing but one row a choice. Ours groups the ballots themselves. The
seal (the SHA-256 of the published list) is made once at closing; it streams, so memory does not grow with the poll.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from projects.models import Poll  # noqa: E402
from projects.models.ballots import Ballot  # noqa: E402
from projects.services import ballots  # noqa: E402
from tests.voting import an_open_poll, options_of  # noqa: E402

BALLOTS, PROJECTS, ROUNDS = int(os.environ.get("BALLOTS", "1000000")), 20, 3
FILL = """
    INSERT INTO projects_ballot (id, voice, poll_id, choices, points, key_hash, receipt)
    SELECT gen_random_uuid(), 'people', %s, ARRAY[o[1 + g %% 18], o[2 + g %% 18], o[3 + g %% 18]], '{}',
           encode(sha256(g::text::bytea), 'hex'), lpad(g::text, 12, '0')
    FROM generate_series(1, %s) AS g, (SELECT %s::bigint[] AS o) AS options
"""


def seconds(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def main() -> None:
    call_command("migrate", verbosity=0)
    poll = an_open_poll(projects=PROJECTS, voters=1, max_choices=3)
    with connection.cursor() as cursor:
        cursor.execute(FILL, [poll.pk, BALLOTS, options_of(poll)])
        cursor.execute("CREATE TABLE bench_choice AS SELECT unnest(choices) AS project FROM projects_ballot")
        cursor.execute("VACUUM ANALYZE projects_ballot")
        cursor.execute("VACUUM ANALYZE bench_choice")
    Poll.objects.filter(pk=poll.pk).update(status="closed")

    def bare() -> dict[int, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT project, count(*) FROM bench_choice GROUP BY project")
            return dict(cursor.fetchall())

    ways: dict[str, Callable[[], Any]] = {
        "bare GROUP BY": bare,
        "recount": lambda: Ballot.objects.count_votes(poll.pk, by_score=False),
    }
    runs: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(ROUNDS):
        found = {}
        for name, count in ways.items():
            took, found[name] = seconds(count)
            runs[name].append(took)
        if found["bare GROUP BY"] != found["recount"]["people"]:
            sys.exit("The two counts differ: the measurement is worth nothing.")
    middle = {name: sorted(figures)[ROUNDS // 2] for name, figures in runs.items()}
    for name, figure in middle.items():
        print(f"{name:16} {1000 * figure:8.0f} ms   {figure / middle['bare GROUP BY']:.2f} of the bare statement")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took, (number, _seal) = seconds(lambda: ballots.digest(poll))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"seal of {number} ballots in {took:.1f} s; peak memory grew by {grown / 1024:.1f} MB")


if __name__ == "__main__":
    main()
