#!/usr/bin/env python3
"""Recount a vote from its published ballots: one file, Python's standard library only.

    python3 recount.py poll-7.pb                          every figure, the shortlist, ties, and the seal
    python3 recount.py ballots-7.csv --winners 3          the same from the list of ballots
    python3 recount.py poll-7.pb --json                   for programs

A .pb file carries the rule. From a list of ballots (.csv) it is not known: say it by --rule, --winners, --share,
--budget with --cost 12=3000 for each project, --needed, --minimum-support, --expert-weight, --places, --tie-rule,
--full (10 where points were given), and after a tie --seed or --order.

The rule. A ballot gives each project it names one vote, or points. Support is the share of what all ballots could
have given. Where experts vote with a weight of their own, it is the weighted mean of the residents' and their share.
Below --needed people there is no result. A project without support, or below the minimum, never wins. Then, by
--rule: best, the --winners best; share, all above the --share; budget_skip and budget_stop, in order of support while
the --budget lasts, leaving out what no longer fits or ending there. Equals who are not all in or all out are tied;
with budget_skip all below them wait. A tie is settled by taking all the tied (--tie-rule all, if the --places
suffice), by the order of a run-off, or by lot: equals stand by the SHA-256 of "seal:seed:project", the lowest first.
The seal is the SHA-256 of the list of ballots, as downloaded.
"""

import argparse
import csv
import hashlib
import json
import pathlib
from collections import defaultdict
from fractions import Fraction
from itertools import groupby

RULE = {
    "winner_rule": "best",
    "winners": "1",
    "places": "0",
    "share": "0",
    "budget": "0",
    "minimum_support": "0",
    "expert_weight": "0",
    "full": "1",
    "tie_rule": "lot",
    "lot_seed": "",
    "tie_order": "",
    "needed": "0",
}


def read(path):
    """The ballots as {receipt: (voice, {project: points})}, the projects as {id: (name, cost)}, and the rule."""
    with pathlib.Path(path).open(encoding="utf-8", newline="") as file:
        if file.readline().strip() == "META":
            return read_pb(file)
        return (
            {receipt: (voice, dict(map(read_vote, said.split()))) for receipt, voice, said in csv.reader(file)},
            {},
            {},
        )


def read_vote(word):
    project, _colon, points = word.partition(":")
    return int(project), int(points or 1)


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
    rule["full"] = rule.get("max_points", "1")
    projects = {int(row["project_id"]): (row["name"], row["cost"]) for row in parts["PROJECTS"]}
    return {row["voter_id"]: (row["voice"], pb_ballot(row)) for row in parts["VOTES"]}, projects, rule


def pb_ballot(row):
    projects = [int(project) for project in row["vote"].split(",")]
    points = [int(number) for number in row["points"].split(",")] if "points" in row else [1] * len(projects)
    return dict(zip(projects, points, strict=True))


def seal_of(ballots, full):
    lines = []
    for receipt in sorted(ballots):
        voice, given = ballots[receipt]
        said = [f"{p}:{n}" if full > 1 else str(p) for p, n in sorted(given.items())]
        lines.append(f"{receipt},{voice},{' '.join(said)}\n")
    return hashlib.sha256("".join(["receipt,voice,projects\n", *lines]).encode()).hexdigest()


def support_of(ballots, projects, rule):
    """Each project's votes, by voice, and its support."""
    votes, number = {"people": defaultdict(int), "experts": defaultdict(int)}, {"people": 0, "experts": 0}
    for voice, given in ballots.values():
        number[voice] += 1
        for project, points in given.items():
            votes[voice][project] += points
    full = int(rule["full"])
    weight = Fraction(rule["expert_weight"]) / 100 if number["experts"] else Fraction(0)
    named = set(projects) | {project for _voice, given in ballots.values() for project in given}

    def share(voice, project):
        return Fraction(votes[voice][project], number[voice] * full) if number[voice] else Fraction(0)

    support = {p: (1 - weight) * share("people", p) + weight * share("experts", p) for p in named}
    return votes, support


def decide(support, costs, rule, order=()):
    """What becomes of each project: shortlisted, tied, waiting, or (not in it) nothing."""
    place = {project: number for number, project in enumerate(order)}

    def key(project):
        return -support[project], place.get(project, len(place))

    able = [p for p in support if support[p] and support[p] * 100 >= Fraction(rule["minimum_support"])]
    groups = [sorted(group) for _key, group in groupby(sorted(able, key=key), key=key)]
    if rule["winner_rule"] == "share":
        return {p: "shortlisted" for p in able if support[p] * 100 > Fraction(rule["share"])}
    if rule["winner_rule"] == "best":
        return by_places(groups, int(rule["winners"]))
    return by_budget(groups, costs, Fraction(rule["budget"]), stops=rule["winner_rule"] == "budget_stop")


def by_places(groups, free):
    found = {}
    for group in groups:
        if free > 0:
            found.update(dict.fromkeys(group, "shortlisted" if len(group) <= free else "tied"))
        free -= len(group)
    return found


def by_budget(groups, costs, left, *, stops):
    found = {}
    for number, group in enumerate(groups):
        wanted = group if stops else [p for p in group if costs[p] <= left]
        price = sum(costs[p] for p in wanted)
        if price <= left:
            found.update(dict.fromkeys(wanted, "shortlisted"))
            left -= price
        elif len(wanted) > 1 and min(costs[p] for p in wanted) <= left:
            found.update(dict.fromkeys(wanted, "tied"))
            if not stops:
                found.update({p: "waiting" for later in groups[number + 1 :] for p in later})
            break
        elif stops:
            break
    return found


def settle(found, support, costs, rule, seal):
    """The outcome after a tie, or the same while a lot or a run-off is still to come."""
    tied = [p for p, outcome in found.items() if outcome == "tied"]
    together = len(tied) + sum(outcome == "shortlisted" for outcome in found.values())
    if not tied:
        return found
    if rule["tie_rule"] == "all" and rule["winner_rule"] == "best" and together <= int(rule["places"]):
        return dict.fromkeys(found, "shortlisted")
    order = [int(p) for p in rule["tie_order"].split(",") if p]
    if rule["lot_seed"] and not order:
        order = sorted(support, key=lambda p: hashlib.sha256(f"{seal}:{rule['lot_seed']}:{p}".encode()).hexdigest())
    return decide(support, costs, rule, order) if order else found


def is_quorate(ballots, rule):
    if rule.get("quorum_counts") == "present":
        there = int(rule["present"])
    else:
        there = int(rule.get("voted") or sum(voice == "people" for voice, _given in ballots.values()))
    return there >= int(rule["needed"])


def recount(ballots, projects, said):
    rule = {**RULE, **said}
    seal, (votes, support) = seal_of(ballots, int(rule["full"])), support_of(ballots, projects, rule)
    costs = {p: Fraction(projects.get(p, ("", "0"))[1]) for p in support}
    quorate = is_quorate(ballots, rule)
    before = decide(support, costs, rule) if quorate else {}
    found = settle(before, support, costs, rule, seal)
    best = sorted(support, key=lambda p: (-support[p], p))
    return {
        "ballots": len(ballots),
        "votes": {str(p): votes["people"][p] for p in best},
        "expert_votes": {str(p): n for p, n in sorted(votes["experts"].items())},
        "support": {str(p): f"{float(100 * support[p]):.4f}" for p in best},
        "quorum": quorate,
        "order": best,
        "tied": sorted(p for p, outcome in before.items() if outcome == "tied"),
        "waiting": sorted(p for p, outcome in found.items() if outcome == "waiting"),
        "shortlisted": sorted(p for p, outcome in found.items() if outcome == "shortlisted"),
        "seal": seal,
    }


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rule", dest="winner_rule", choices=["best", "share", "budget_skip", "budget_stop"])
    parser.add_argument("--tie-rule", dest="tie_rule", choices=["lot", "all", "runoff"])
    parser.add_argument("--seed", dest="lot_seed")
    parser.add_argument("--order", dest="tie_order", help="equals after a run-off, as 12,7,9")
    parser.add_argument("--cost", action="append", default=[], help="what a project costs, as 12=3000")
    for name in ("winners", "places", "share", "budget", "minimum-support", "expert-weight", "full", "needed"):
        parser.add_argument(f"--{name}")
    return parser


def main():
    said = {name: value for name, value in vars(options().parse_args()).items() if value is not None}
    ballots, projects, found = read(said.pop("file"))
    as_json = said.pop("json")
    costs = dict(each.split("=") for each in said.pop("cost"))
    projects.update({int(p): (projects.get(int(p), ("",))[0], cost) for p, cost in costs.items()})
    result = recount(ballots, projects, {**found, **said})
    if as_json:
        print(json.dumps(result, indent=1))  # noqa: T201
        return
    for project, number in result["votes"].items():
        name = projects.get(int(project), ("",))[0]
        mark = "shortlisted" if int(project) in result["shortlisted"] else ""
        print(f"{number:>8}  {result['support'][project]:>8} %  {project}  {name}  {mark}".rstrip())  # noqa: T201
    print(f"ballots: {result['ballots']}\nquorum reached: {'yes' if result['quorum'] else 'no'}")  # noqa: T201
    print(f"tied at the line: {result['tied'] or 'none'}\nseal: {result['seal']}")  # noqa: T201
    if "seal" in found:
        print("the seal is the published one" if found["seal"] == result["seal"] else "THE SEAL DIFFERS")  # noqa: T201


if __name__ == "__main__":
    main()
