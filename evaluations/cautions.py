"""What a committee should look at before it confirms grades. Nothing here changes a grade.

Pure, as `evaluations/scoring.py`: plain values in, plain values out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from statistics import median
from typing import Any

from evaluations.interchange import shown
from evaluations.scoring import ARITHMETIC, ZERO, Mark, Scheme, score_project, without_each

# A member's marks differ systematically when, over at least so many projects, they lie on average at least so many
# hundredths of full marks from the middle of all marks, and on the same side in at least so large a part of them. Of
# fewer than so many marks there is no middle.
PROJECTS, APART, SAME_SIDE, VOICES = 5, Decimal(5), Decimal("0.8"), 3
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Decisive:
    """Without this member's sheet the project would have another grade (None: none at all)."""

    member: str
    grade: str
    without: str | None
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Apart:
    """A member whose marks differ systematically: by so many hundredths of full marks, in so many of the projects."""

    member: str
    by: Decimal
    same_side: int
    projects: int


@dataclass(frozen=True, slots=True)
class FewMarks:
    """A group with fewer marks than its minimum; `given` of them at an indicator, at the worst one."""

    group: str
    given: int
    needed: int
    indicators: tuple[str, ...]


def hints(scheme: Scheme, marks: Sequence[Mark]) -> dict[str, Any]:
    """All there is to look at in one project, as plain JSON that is stored with its grade; `found_in` reads it."""
    return {
        "decisive": [[one.member, one.grade, one.without, shown(one.total)] for one in decisive(scheme, marks)],
        "few_marks": [[one.group, one.given, one.needed, list(one.indicators)] for one in few_marks(scheme, marks)],
        "differences": {member: shown(one) for member, one in differences(scheme, marks).items()},
    }


def found_in(stored: Mapping[str, Any]) -> Iterator[Decisive | FewMarks]:
    """What `hints` stored of one project: the sheets that decide, then the groups with few marks."""
    for member, grade, without, total in stored.get("decisive", []):
        yield Decisive(member, grade, without, None if total is None else Decimal(total))
    for group, given, needed, indicators in stored.get("few_marks", []):
        yield FewMarks(group, given, needed, tuple(indicators))


def decisive(scheme: Scheme, marks: Sequence[Mark]) -> Iterator[Decisive]:
    """The sheets any one of which decides the grade of a project: leave one out."""
    grade = score_project(scheme, "", marks).grade
    if grade is None:
        return
    for member, (total, other) in without_each(scheme, "", marks).items():
        if other != grade:
            yield Decisive(member, grade, other, total)


def few_marks(scheme: Scheme, marks: Iterable[Mark]) -> Iterator[FewMarks]:
    """The groups that gave fewer marks than they must, with the indicators at which they did."""
    given: dict[tuple[str, str], int] = dict.fromkeys(scheme.asked, 0)
    for mark in marks:
        given[mark.indicator, mark.group] += mark.value is not None
    for group in scheme.groups:
        needed = group.aggregate.needed
        counts = {
            leaf.code: given[leaf.code, group.code]
            for leaf in scheme.indicators
            if group.code in leaf.groups and given[leaf.code, group.code] < needed
        }
        if counts:
            yield FewMarks(group.code, min(counts.values()), needed, tuple(counts))


def apart(stored: Iterable[Mapping[str, Any]]) -> list[Apart]:
    """Of the hints of many projects: the members whose marks differ systematically, the farthest first."""
    by_member: dict[str, list[Decimal]] = defaultdict(list)
    with localcontext(ARITHMETIC):
        for each in stored:
            for member, difference in each.get("differences", {}).items():
                by_member[member].append(Decimal(difference))
        found = [one for member, every in by_member.items() if (one := _apart(member, every))]
    return sorted(found, key=lambda one: (-abs(one.by), one.member))


def differences(scheme: Scheme, marks: Iterable[Mark]) -> dict[str, Decimal]:
    """How far each member is from the middle of all marks in one project, in hundredths of full marks.

    The middle (median) and not the mean: one who is far out would move the mean, and all others with it.
    """
    full = {leaf.code: leaf.full for leaf in scheme.indicators}
    with localcontext(ARITHMETIC):
        return _differences(marks, full)


def _differences(marks: Iterable[Mark], full: Mapping[str, Decimal]) -> dict[str, Decimal]:
    given: dict[str, list[tuple[Decimal, str]]] = defaultdict(list)
    for mark in marks:
        if mark.value is not None:
            given[mark.indicator].append((mark.value, mark.member))
    found: dict[str, list[Decimal]] = defaultdict(list)
    for indicator, voices in given.items():
        if len(voices) < VOICES:
            continue
        middle = median([value for value, _member in voices])
        for value, member in voices:
            found[member].append((value - middle) * HUNDRED / full[indicator])
    return {member: sum(each, ZERO) / len(each) for member, each in found.items()}


def _apart(member: str, differences: Sequence[Decimal]) -> Apart | None:
    mean = sum(differences, ZERO) / len(differences)
    same_side = sum(each * mean > 0 for each in differences)
    if len(differences) < PROJECTS or abs(mean) < APART or same_side < SAME_SIDE * len(differences):
        return None
    return Apart(member, mean.quantize(Decimal("0.1")), same_side, len(differences))
