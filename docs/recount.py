#!/usr/bin/env python3
"""Recount a vote from its published ballots: one file, Python's standard library only.

    python3 recount.py poll-7.pb                          every figure, the shortlist, ties, and the seal
    python3 recount.py ballots-7.csv --winners 3          the same from the list of ballots
    python3 recount.py poll-7.pb --json                   for programs

From a list of ballots (.csv) the rule is not known: say it with --winners, --needed (people who must vote),
--places and --tie-rule (lot or all), and after a lot --seed. A .pb file carries the rule.

The rule: the ballots that name a project are counted, once each. Below --needed ballots there is no result. The
--winners best are shortlisted; a project without a vote never is. Equal votes on both sides of the line are a tie.
A tie is settled by taking all the tied (--tie-rule all, if the --places suffice) or by lot: those are drawn whose
SHA-256 of "seal:seed:project" is lowest. The seal is the SHA-256 of the list of ballots, as downloaded.
"""

import argparse
import csv
import hashlib
import json
import pathlib
from collections import Counter


def read(path):
    """The ballots as {receipt: [project, …]}, the projects (None if unknown), and the rule, from either file."""
    with pathlib.Path(path).open(encoding="utf-8", newline="") as file:
        if file.readline().strip() == "META":
            return read_pb(file)
        ballots = {receipt: [int(p) for p in projects.split()] for receipt, projects in csv.reader(file)}
        return ballots, None, {}


def read_pb(file):
    parts, heads, part = {"META": [], "PROJECTS": [], "VOTES": []}, {}, "META"
    for row in csv.reader(file, delimiter=";"):
        if len(row) == 1 and row[0] in parts:
            part = row[0]
        elif part not in heads:
            heads[part] = row
        else:
            parts[part].append(dict(zip(heads[part], row, strict=True)))
    rule = {row["key"]: row["value"] for row in parts["META"]}
    projects = {int(row["project_id"]): row["name"] for row in parts["PROJECTS"]}
    return {row["voter_id"]: [int(p) for p in row["vote"].split(",")] for row in parts["VOTES"]}, projects, rule


def seal_of(ballots):
    lines = [f"{receipt},{' '.join(map(str, sorted(ballots[receipt])))}\n" for receipt in sorted(ballots)]
    return hashlib.sha256("".join(["receipt,projects\n", *lines]).encode()).hexdigest()


def shortlist(votes, winners):
    """The projects that are in for sure, and those between which the line falls."""
    sure, tied = [], []
    for project, number in votes.items():
        better = sum(other > number for other in votes.values())
        equal = sum(other == number for other in votes.values())
        if number and better < winners:
            (sure if better + equal <= winners else tied).append(project)
    return sorted(sure), sorted(tied)


def settle(sure, tied, rule, seal):
    """The tied projects that the announced rule takes, or none if a lot is still to be drawn."""
    if rule["tie_rule"] == "all" and len(sure) + len(tied) <= int(rule["places"]):
        return tied
    if not rule["lot_seed"]:
        return []
    drawn = sorted(tied, key=lambda p: hashlib.sha256(f"{seal}:{rule['lot_seed']}:{p}".encode()).hexdigest())
    return drawn[: int(rule["winners"]) - len(sure)]


def recount(ballots, projects, rule):
    votes = Counter(dict.fromkeys(projects or (), 0))
    for chosen in ballots.values():
        votes.update(set(chosen))
    seal, quorate = seal_of(ballots), len(ballots) >= int(rule["votes_needed"])
    sure, tied = shortlist(votes, int(rule["winners"])) if quorate else ([], [])
    taken = settle(sure, tied, rule, seal)
    return {
        "ballots": len(ballots),
        "votes": {str(project): number for project, number in sorted(votes.items(), key=lambda v: (-v[1], v[0]))},
        "quorum": quorate,
        "tied": tied,
        "shortlisted": sorted([*sure, *taken]),
        "seal": seal,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--winners", dest="winners")
    parser.add_argument("--needed", dest="votes_needed")
    parser.add_argument("--places", dest="places")
    parser.add_argument("--tie-rule", dest="tie_rule", choices=["lot", "all"])
    parser.add_argument("--seed", dest="lot_seed")
    said = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    ballots, projects, found = read(said.pop("file"))
    as_json = said.pop("json")
    rule = {"winners": 1, "votes_needed": 0, "places": 0, "tie_rule": "lot", "lot_seed": "", **found, **said}
    result = recount(ballots, projects, rule)
    if as_json:
        print(json.dumps(result, indent=1))  # noqa: T201
        return
    for project, number in result["votes"].items():
        name = (projects or {}).get(int(project), "")
        mark = "shortlisted" if int(project) in result["shortlisted"] else ""
        print(f"{number:>8}  {project}  {name}  {mark}".rstrip())  # noqa: T201
    print(f"ballots: {result['ballots']}\nquorum reached: {'yes' if result['quorum'] else 'no'}")  # noqa: T201
    print(f"tied at the line: {result['tied'] or 'none'}\nseal: {result['seal']}")  # noqa: T201
    if "seal" in found:
        print("the seal is the published one" if found["seal"] == result["seal"] else "THE SEAL DIFFERS")  # noqa: T201


if __name__ == "__main__":
    main()
