"""How long a round takes to regrade, beside bare arithmetic on the same marks, in one run: `make bench-regrade`.

9 members mark 25 indicators of each project, in four groups with means and trimmed means. `manage.py regrade --check`
reads the stored sheets, scores them with every intermediate figure, makes the fingerprint and compares all of it with
what is stored. The bare arithmetic takes the same marks, already in memory, and gives nothing but totals.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from evaluations.models import EvaluationRound, Mark, Rating, Scheme  # noqa: E402
from evaluations.services import ratings  # noqa: E402
from tests import factories  # noqa: E402

SIZES = [int(size) for size in os.environ.get("PROJECTS", "100,1000,9600").split(",")]
INDICATORS, TRIMMED_FROM = 25, 3
MEMBERS = {"street": 2, "community": 2, "residents": 3, "third_party": 2}
WEIGHTS = {"street": 30, "community": 20, "residents": 30, "third_party": 20}
# Runs a command and then says the peak memory of its largest process, in kB.
TIMED = [
    sys.executable,
    "-c",
    """import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)""",
]
CENT = Decimal("0.01")
COPY_PROJECT = """INSERT INTO projects_project ({columns}) SELECT {columns} FROM projects_project,
    generate_series(1, %s) WHERE id = %s RETURNING id"""
SHEETS = """INSERT INTO evaluations_scoresheet (region_id, status, rating_id, member_id, version, correction_reason,
    submitted_at) SELECT r.region_id, 'submitted', r.id, m.id, 1, '', now()
    FROM evaluations_rating r, evaluations_committeemember m WHERE r.round_id = %s AND m.committee_id = %s"""
MARKS = """INSERT INTO evaluations_mark (sheet_id, indicator_id, value, note)
    SELECT s.id, i.id, ((s.id * 7919 + i.id * 104729 + (s.id * i.id) %% 613) %% 401 + 600) / 100.0, ''
    FROM evaluations_scoresheet s JOIN evaluations_rating r ON r.id = s.rating_id, evaluations_indicator i
    WHERE r.round_id = %s AND i.scheme_id = %s"""


def a_scheme() -> Scheme:
    scheme = factories.SchemeFactory()
    trimmed = {"method": "trimmed_mean", "drop_high": 1, "drop_low": 1, "minimum": TRIMMED_FROM}
    groups = [
        scheme.groups.create(code=code, weight=WEIGHTS[code], **(trimmed if count >= TRIMMED_FROM else {}))
        for code, count in MEMBERS.items()
    ]
    for number in range(INDICATORS):
        leaf = scheme.indicators.create(code=f"I{number}", name=f"指标{number}", weight=4, full=10, order=number)
        leaf.groups.set(groups)
    return scheme


def a_round(projects: int) -> EvaluationRound:
    """A closed round whose grades are stored. The data is put straight into the tables, past the laws of each row."""
    scheme = a_scheme()
    round_ = factories.EvaluationRoundFactory(region=scheme.region, scheme=scheme)
    for group, count in MEMBERS.items():
        factories.CommitteeMemberFactory.create_batch(count, committee=round_.committee, group=group)
    template = factories.ProjectFactory(status="running")
    columns = ", ".join(f.column for f in template._meta.concrete_fields if not f.primary_key)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(COPY_PROJECT.format(columns=columns), [projects, template.pk])
        numbers = [number for (number,) in cursor.fetchall()]
        Rating.objects.bulk_create(
            (Rating(round=round_, project_id=n, region=template.region, status="pending") for n in numbers),
            batch_size=1000,
        )
        cursor.execute(SHEETS, [round_.pk, round_.committee_id])
        cursor.execute(MARKS, [round_.pk, scheme.pk])
    EvaluationRound.objects.filter(pk=round_.pk).update(status="closed")
    store(round_)
    with connection.cursor() as cursor:
        for table in ("rating", "scoresheet", "mark"):
            cursor.execute(f"VACUUM ANALYZE evaluations_{table}")
    return round_


def store(round_: EvaluationRound) -> None:
    """Keep the grades as a closing does, without a record of each."""
    found = ratings.computed(round_.ratings.all(), ratings.core(round_))
    while batch := list(islice(found, 200)):
        rows = []
        for rating, fields in batch:
            for name, value in fields.items():
                setattr(rating, name, value)
            rating.status = "provisional"
            rows.append(rating)
        Rating.objects.bulk_update(rows, [*batch[0][1], "status"])


def marks_of(round_: EvaluationRound) -> list[tuple[int, int, str, Decimal]]:
    rows = Mark.objects.filter(sheet__rating__round=round_).order_by("pk")
    return list(rows.values_list("sheet__rating_id", "indicator_id", "sheet__member__group", "value"))


def bare(rows: Iterable[tuple[int, int, str, Decimal]]) -> dict[int, Decimal]:
    """Totals from marks, and nothing else: plain Python, Decimal, the same rounding."""
    cells: dict[tuple[int, int, str], list[Decimal]] = defaultdict(list)
    for rating, indicator, group, value in rows:
        cells[rating, indicator, group].append(value)
    points: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for (rating, indicator, group), values in cells.items():
        kept = sorted(values)[1:-1] if len(values) >= TRIMMED_FROM else values
        figure = (sum(kept, Decimal(0)) / len(kept)).quantize(CENT, ROUND_HALF_UP)
        points[rating, indicator] += WEIGHTS[group] * figure
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for (rating, _indicator), figure in points.items():
        totals[rating] += (figure / 100 * 4 / 10).quantize(CENT, ROUND_HALF_UP)
    return totals


def measure(size: int) -> tuple[float, float, float]:
    """Seconds of the command, of the bare arithmetic, and the peak memory in MB of the command's largest process."""
    round_ = a_round(size)
    command = [*TIMED, sys.executable, str(ROOT / "manage.py"), "regrade", str(round_.pk), "--check"]
    began = time.perf_counter()
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    said, _newline, memory = ended.stdout.rstrip().rpartition("\n")
    if ended.returncode or f"{size} ratings recomputed, no difference" not in said:
        sys.exit(f"{ended.stdout}\n{ended.stderr}")
    return took, arithmetic(round_), int(memory) / 1024


def arithmetic(round_: EvaluationRound) -> float:
    rows = marks_of(round_)
    began = time.perf_counter()
    totals = bare(rows)
    took = time.perf_counter() - began
    if totals != dict(round_.ratings.values_list("pk", "total")):
        sys.exit("The bare arithmetic gives other totals: the measurement is worth nothing.")
    return took


def main() -> None:
    call_command("migrate", verbosity=0, stdout=io.StringIO())
    start, _plain, memory = measure(1)
    print(f"Starting the command for a single project takes {start:.1f} s and {memory:.0f} MB; it is taken off below.")
    print("projects     marks   command  each project   of the first   bare arithmetic  ratio   peak memory")
    first = None
    for size in SIZES:
        took, plain, memory = measure(size)
        each = 1000 * (took - start) / size
        first = first or each
        print(
            f"{size:8} {size * 9 * INDICATORS:9} {took:7.1f} s {each:10.2f} ms {each / first:14.2f} {plain:15.2f} s"
            f" {(took - start) / plain:6.1f} {memory:10.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
