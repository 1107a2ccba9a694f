#!/usr/bin/env python3
"""Draw the households of a survey again from its published list: one file, Python's standard library only.

    python3 redraw.py households-3.csv --seed 彩票开奖号码 --size 200 --substitutes 100
    python3 redraw.py households-3.csv --seed … --size 200 --check drawn-3.csv      compares, exit 1 on a difference

The list has a line “grid,household” for each household of the community; a household is a code that says nothing of
who lives there. Each grid gets size × its households ÷ all households, rounded down; what is left goes to the largest
remainders (equal ones by the grid's name). In a grid the households stand by the SHA-256 of “seed:household”, the
lowest first; the first ones are drawn, the next are the substitutes in order. The list's own SHA-256 is the
fingerprint on the survey's page, recorded before the seed was known.
"""

import argparse
import csv
import hashlib
import pathlib
import sys
from fractions import Fraction


def drawn(rows, seed, size, substitutes):
    """(grid, place, household, drawn or substitute) of everybody who has a place."""
    grids = {}
    for grid, household in rows:
        grids.setdefault(grid, []).append(household)
    shares = {grid: Fraction(size * len(found), len(rows)) for grid, found in grids.items()}
    places = {grid: int(share) for grid, share in shares.items()}
    for grid in sorted(shares, key=lambda name: (places[name] - shares[name], name))[: size - sum(places.values())]:
        places[grid] += 1
    for grid in sorted(grids):
        by_hash = sorted(grids[grid], key=lambda code: hashlib.sha256(f"{seed}:{code}".encode()).digest())
        spare = -(-places[grid] * substitutes // 100)
        for place, household in enumerate(by_hash[: places[grid] + spare], start=1):
            yield [grid, str(place), household, "drawn" if place <= places[grid] else "substitute"]


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("list", type=pathlib.Path)
    asked.add_argument("--seed", required=True)
    asked.add_argument("--size", type=int, required=True)
    asked.add_argument("--substitutes", type=int, default=100)
    asked.add_argument("--check", type=pathlib.Path)
    said = asked.parse_args()
    content = said.list.read_bytes()
    rows = [row for row in csv.reader(content.decode().splitlines()) if row][1:]
    result = list(drawn(rows, said.seed, said.size, said.substitutes))
    sys.stderr.write(f"fingerprint {hashlib.sha256(content).hexdigest()}\n")
    if said.check is None:
        csv.writer(sys.stdout, lineterminator="\n").writerows([["grid", "place", "household", "what"], *result])
        return 0
    published = [row for row in csv.reader(said.check.read_text(encoding="utf-8").splitlines()) if row][1:]
    differ = sorted(set(map(tuple, published)) ^ set(map(tuple, result)))
    for line in differ:
        sys.stdout.write(f"differs: {' '.join(line)}\n")
    sys.stdout.write(f"{len(result)} places, {len(differ)} differences\n")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
