"""The scoring core (评分核心): a scheme and marks in, grades out, with every figure in between.

Pure: no database, no clock, no settings. Plain values go in, plain values come out, and the same values always
give the same result, so a grade can be explained and recomputed to the last digit (docs/scoring.md has two worked
examples; `manage.py score FILE.json` runs this module on a file).

How a project is scored:

1. Marks of recused members do not exist. A missing mark (value None: not given, or an abstention) is missing,
   never 0.
2. For each indicator, the marks of each group become one figure by the group's aggregate: the mean, the median, or
   the trimmed mean, which drops the `drop_high` highest and `drop_low` lowest marks. With fewer marks than
   `minimum` nothing is dropped and the plain mean (or median) is taken, or, where the scheme says
   `below_minimum="missing"`, the group gives no figure; either way the result says so.
3. The indicator's mean is the weighted mean of its groups' figures. A group without a figure has no part in it: its
   weight falls to the groups that gave one, in their proportion (`weight_used` says how much weight there was).
4. The indicator's points are mean x weight / full. The total is the sum of the points; bonus indicators add to it,
   together at most `bonus_cap`.
5. An ordinary indicator that nobody marked leaves the project without a total and without a grade (`missing` names
   it). Nobody is graded on what was not looked at. An unmarked bonus or veto indicator is simply not given.
6. The grade is the first whose threshold the total reaches (half-open: 90 is reached by 90.00, not by 89.99), unless
   a gate closes it (then the next one down), or a veto indicator (一票否决), whose mean is at least half of its full
   marks, puts the project into the lowest grade.

Rounding is half up, to the scheme's places, at the levels the scheme names. Figures that are not rounded are carried
to 30 places, and an unrounded total to 20, so that no threshold is missed by an artefact of division.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

VERSION = "1"
ZERO = Decimal(0)
CARRIED_PLACES, TOTAL_PLACES = 30, 20
# 60 digits hold every sum and product of marks and weights exactly; only divisions round, beyond all that is shown.
ARITHMETIC = Context(prec=60, rounding=ROUND_HALF_UP)
CARRIED = Decimal(1).scaleb(-CARRIED_PLACES)


class Method(StrEnum):
    MEAN = "mean"
    MEDIAN = "median"
    TRIMMED_MEAN = "trimmed_mean"


class Level(StrEnum):
    """Where the scheme may round."""

    GROUP_MEAN = "group_mean"
    INDICATOR = "indicator"
    TOTAL = "total"


class Kind(StrEnum):
    """What an indicator does to the result."""

    SCORE = "score"
    BONUS = "bonus"
    VETO = "veto"


class BelowMinimum(StrEnum):
    """What a group gives when it has fewer marks than its minimum."""

    UNTRIMMED = "untrimmed"
    MISSING = "missing"


class BadScheme(ValueError):
    """The scheme or the marks contradict themselves; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """How a group's marks become one figure."""

    method: Method = Method.MEAN
    drop_high: int = 0
    drop_low: int = 0
    minimum: int = 1
    below_minimum: BelowMinimum = BelowMinimum.UNTRIMMED

    @property
    def needed(self) -> int:
        """The number of marks from which it works as declared: one must be left after trimming."""
        trimmed = self.drop_high + self.drop_low if self.method is Method.TRIMMED_MEAN else 0
        return max(self.minimum, trimmed + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    code: str
    weight: Decimal
    aggregate: Aggregate = Aggregate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A leaf of the indicator tree; `weight` is its points at full marks."""

    code: str
    full: Decimal
    weight: Decimal
    groups: tuple[str, ...]
    kind: Kind = Kind.SCORE


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """No `grade` or better unless this indicator has at least so many points."""

    grade: str
    indicator: str
    at_least: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """`grades` from the best down, each with the lowest total that reaches it; the last catches all (threshold 0)."""

    groups: tuple[Group, ...]
    indicators: tuple[Indicator, ...]
    grades: tuple[tuple[str, Decimal], ...]
    places: int = 2
    round_at: frozenset[Level] = frozenset(Level)
    gates: tuple[Gate, ...] = ()
    bonus_cap: Decimal | None = None
    # Worked out once, for all the projects: the full marks of what each group marks, the smallest step of each level.
    asked: Mapping[tuple[str, str], Decimal] = field(init=False, repr=False, compare=False)
    steps: Mapping[Level, Decimal] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check(self)
        asked = {(leaf.code, group): leaf.full for leaf in self.indicators for group in leaf.groups}
        object.__setattr__(self, "asked", asked)
        object.__setattr__(self, "steps", {level: Decimal(1).scaleb(-self._places(level)) for level in Level})

    def _places(self, level: Level) -> int:
        spare = TOTAL_PLACES if level is Level.TOTAL else CARRIED_PLACES
        return self.places if level in self.round_at else spare

    def rounded(self, value: Decimal, level: Level) -> Decimal:
        """The value as the scheme carries it on from this level."""
        return value.quantize(self.steps[level])


class Mark(NamedTuple):
    """One member's mark for one indicator of one project; None is no mark."""

    project: str
    member: str
    group: str
    indicator: str
    value: Decimal | None


Voice = tuple[str, Decimal]  # (member, value)


class GroupFigure(NamedTuple):
    """What one group gave for one indicator. `mean` is None when it gave nothing that counts.

    `missing` names the members who gave no mark (value None); they are neither used nor dropped.
    """

    code: str
    weight: Decimal
    used: tuple[Voice, ...]
    dropped: tuple[Voice, ...]
    missing: tuple[str, ...]
    mean: Decimal | None
    points: Decimal | None
    below_minimum: bool


class IndicatorFigure(NamedTuple):
    """`points` is None for an indicator nobody marked; `weight_used` is the weight of the groups that marked."""

    code: str
    mean: Decimal | None
    points: Decimal | None
    weight_used: Decimal
    groups: tuple[GroupFigure, ...]


class Score(NamedTuple):
    """The result for one project; `total` and `grade` are None while `missing` names unmarked indicators."""

    project: str
    total: Decimal | None
    grade: str | None
    bonus: Decimal
    missing: tuple[str, ...]
    vetoed: tuple[str, ...]
    gated: tuple[str, ...]
    recused: tuple[str, ...]
    indicators: tuple[IndicatorFigure, ...]


Recusals = Collection[tuple[str, str]]  # of (project, member)


def score(scheme: Scheme, marks: Iterable[Mark], recused: Recusals = ()) -> list[Score]:
    """Score every project that has marks, in the order of their names. Raises BadScheme on impossible input."""
    by_project: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_project[mark.project].append(mark)
    return [score_project(scheme, project, by_project[project], recused) for project in sorted(by_project)]


def score_project(scheme: Scheme, project: str, marks: Sequence[Mark], recused: Recusals = ()) -> Score:
    """Score one project from its marks."""
    out = sorted({mark.member for mark in marks if (project, mark.member) in recused})
    voices, missing = _voices(scheme, (mark for mark in marks if mark.member not in out))
    with localcontext(ARITHMETIC):
        figures = tuple(_indicator(scheme, indicator, voices, missing) for indicator in scheme.indicators)
        return _sum_up(scheme, project, figures, tuple(out))


def without_each(
    scheme: Scheme, project: str, marks: Sequence[Mark], recused: Recusals = ()
) -> dict[str, tuple[Decimal | None, str | None]]:
    """(total, grade) as they would be without the sheet of each member: what `score_project` gives without it.

    Only the figures in which a member has a mark are computed again, so that looking at every member of a project
    costs about as much as scoring it twice.
    """
    voices, _missing = _voices(scheme, (mark for mark in marks if (project, mark.member) not in recused))
    members = sorted({member for given in voices.values() for member, _value in given})
    with localcontext(ARITHMETIC):
        whole: list[IndicatorFigure] = []
        others: dict[str, dict[int, IndicatorFigure]] = {member: {} for member in members}
        for number, leaf in enumerate(scheme.indicators):
            cells = _cells(scheme, leaf, voices)
            whole.append(_combine(scheme, leaf, cells))
            for place, (group, *_rest) in enumerate(cells):
                given = voices[leaf.code, group.code]
                for voice in given:
                    cell = (group, *_aggregate(scheme, group, [other for other in given if other is not voice]))
                    left = [*cells[:place], cell, *cells[place + 1 :]]
                    others[voice[0]][number] = _combine(scheme, leaf, left)
        return {member: _outcome(scheme, whole, others[member]) for member in members}


def _outcome(
    scheme: Scheme, whole: Sequence[IndicatorFigure], instead: Mapping[int, IndicatorFigure]
) -> tuple[Decimal | None, str | None]:
    figures = tuple(instead.get(number, figure) for number, figure in enumerate(whole))
    result = _sum_up(scheme, "", figures, ())
    return result.total, result.grade


def digest(scheme: Scheme, marks: Iterable[Mark], recused: Recusals = ()) -> str:
    """A fingerprint (SHA-256) of everything a result depends on; the order of the marks does not matter."""
    rows = sorted(
        [mark.project, mark.member, mark.group, mark.indicator, "" if mark.value is None else _plain(mark.value)]
        for mark in marks
    )
    content = json.dumps([VERSION, _content(scheme), rows, sorted(map(list, recused))], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


Place = tuple[str, str]  # (indicator, group)


def _voices(scheme: Scheme, marks: Iterable[Mark]) -> tuple[dict[Place, list[Voice]], dict[Place, list[str]]]:
    """The given marks by place, each checked against the scheme; and who gave none."""
    asked = scheme.asked
    seen: set[tuple[str, str]] = set()
    voices: dict[Place, list[Voice]] = {place: [] for place in asked}
    missing: dict[Place, list[str]] = {}
    for mark in marks:
        _project, member, group, indicator, value = mark
        full = asked.get((indicator, group))
        if full is None:
            raise _bad(mark, f"group {group} does not mark this indicator")
        if (member, indicator) in seen:
            raise _bad(mark, "given twice")
        seen.add((member, indicator))
        if value is None:
            missing.setdefault((indicator, group), []).append(member)
            continue
        if not (value.is_finite() and ZERO <= value <= full):
            raise _bad(mark, f"{value} is not between 0 and {full}")
        voices[indicator, group].append((member, value))
    return voices, missing


def _bad(mark: Mark, why: str) -> BadScheme:
    return BadScheme(f"mark of {mark.member} for {mark.indicator} of {mark.project}: {why}")


Cell = tuple[Group, tuple[Voice, ...], tuple[Voice, ...], Decimal | None, bool]


def _cells(scheme: Scheme, indicator: Indicator, voices: dict[Place, list[Voice]]) -> list[Cell]:
    """What each group gave for an indicator."""
    groups = [group for group in scheme.groups if group.code in indicator.groups]
    return [(group, *_aggregate(scheme, group, voices[indicator.code, group.code])) for group in groups]


def _combine(scheme: Scheme, indicator: Indicator, cells: Iterable[Cell]) -> IndicatorFigure:
    """The figures of an indicator, without those of its groups."""
    counted = [(group.weight, mean) for group, _used, _dropped, mean, _below in cells if mean is not None]
    weight = sum([weight for weight, _mean in counted], ZERO)
    if not weight:
        return IndicatorFigure(indicator.code, None, None, weight, ())
    mean = sum([weight * mean for weight, mean in counted], ZERO) / weight
    points = scheme.rounded(mean * indicator.weight / indicator.full, Level.INDICATOR)
    return IndicatorFigure(indicator.code, mean.quantize(CARRIED), points, weight, ())


def _indicator(
    scheme: Scheme, indicator: Indicator, voices: dict[Place, list[Voice]], missing: dict[Place, list[str]]
) -> IndicatorFigure:
    cells = _cells(scheme, indicator, voices)
    figure = _combine(scheme, indicator, cells)
    share = indicator.weight / indicator.full / figure.weight_used if figure.weight_used else ZERO
    groups = [
        GroupFigure(
            code=group.code,
            weight=group.weight,
            used=used,
            dropped=dropped,
            missing=tuple(sorted(missing.get((indicator.code, group.code), ()))),
            mean=mean,
            points=None if mean is None else (mean * group.weight * share).quantize(CARRIED),
            below_minimum=below,
        )
        for group, used, dropped, mean, below in cells
    ]
    return figure._replace(groups=tuple(groups))


_by_value = itemgetter(1, 0)


def _aggregate(
    scheme: Scheme, group: Group, voices: list[Voice]
) -> tuple[tuple[Voice, ...], tuple[Voice, ...], Decimal | None, bool]:
    """(used, dropped, figure, below the minimum) of one group's marks for one indicator."""
    how = group.aggregate
    ranked = tuple(sorted(voices, key=_by_value))
    below = len(ranked) < how.needed
    if not ranked or (below and how.below_minimum is BelowMinimum.MISSING):
        return (), ranked, None, below
    low, high = 0, len(ranked)
    if how.method is Method.TRIMMED_MEAN and not below:
        low, high = how.drop_low, len(ranked) - how.drop_high
    used = ranked[low:high]
    middle = used[(len(used) - 1) // 2 : len(used) // 2 + 1] if how.method is Method.MEDIAN else used
    figure = sum([value for _member, value in middle], ZERO) / len(middle)
    return used, ranked[:low] + ranked[high:], scheme.rounded(figure, Level.GROUP_MEAN), below


def _sum_up(scheme: Scheme, project: str, figures: tuple[IndicatorFigure, ...], recused: tuple[str, ...]) -> Score:
    points = {figure.code: figure.points for figure in figures}
    of_kind = {kind: [leaf.code for leaf in scheme.indicators if leaf.kind is kind] for kind in Kind}
    missing = tuple(code for code in of_kind[Kind.SCORE] if points[code] is None)
    bonus = sum((points[code] or ZERO for code in of_kind[Kind.BONUS]), ZERO)
    if scheme.bonus_cap is not None:
        bonus = min(bonus, scheme.bonus_cap)
    vetoed = tuple(_vetoed(scheme, figures))
    total = grade = None
    gated: tuple[str, ...] = ()
    if not missing:
        base = sum((points[code] or ZERO for code in of_kind[Kind.SCORE]), ZERO)
        total = scheme.rounded(base + bonus, Level.TOTAL)
        grade, gated = (scheme.grades[-1][0], ()) if vetoed else _grade(scheme, total, points)
    return Score(
        project=project,
        total=total,
        grade=grade,
        bonus=bonus,
        missing=missing,
        vetoed=vetoed,
        gated=gated,
        recused=recused,
        indicators=figures,
    )


def _vetoed(scheme: Scheme, figures: Iterable[IndicatorFigure]) -> Iterator[str]:
    for leaf, figure in zip(scheme.indicators, figures, strict=True):
        if leaf.kind is Kind.VETO and figure.mean is not None and figure.mean * 2 >= leaf.full:
            yield leaf.code


def _grade(scheme: Scheme, total: Decimal, points: dict[str, Decimal | None]) -> tuple[str, tuple[str, ...]]:
    """The grade, and the better ones that the total reached but a gate closed."""
    names = [name for name, _threshold in scheme.grades]
    reached = [name for name, threshold in scheme.grades if total >= threshold] or names[-1:]
    shut = [
        names.index(gate.grade) for gate in scheme.gates if (points[gate.indicator] or ZERO) < gate.at_least
    ]  # a gate at a grade closes that grade and all above it
    open_ones = [name for name in reached if names.index(name) > max(shut, default=-1)]
    grade = (open_ones or names[-1:])[0]
    return grade, tuple(name for name in reached if names.index(name) < names.index(grade))


def _check(scheme: Scheme) -> None:
    """Raise BadScheme at the first thing that cannot be."""
    _check_codes("groups", [group.code for group in scheme.groups])
    _check_codes("indicators", [leaf.code for leaf in scheme.indicators])
    for group in scheme.groups:
        _check_group(group)
    for leaf in scheme.indicators:
        _check_leaf(leaf, {group.code for group in scheme.groups})
    _check_grades(scheme)
    if not 0 <= scheme.places <= TOTAL_PLACES:
        raise BadScheme(f"rounding: between 0 and {TOTAL_PLACES} places")


def _check_codes(what: str, codes: list[str]) -> None:
    if not codes or len(set(codes)) != len(codes):
        raise BadScheme(f"{what}: at least one, and each code once")


def _check_group(group: Group) -> None:
    how = group.aggregate
    if not (group.weight.is_finite() and group.weight > 0) or min(how.drop_high, how.drop_low, how.minimum) < 0:
        raise BadScheme(f"group {group.code}: the weight is above 0, and counts are not negative")


def _check_leaf(leaf: Indicator, groups: set[str]) -> None:
    if not (leaf.full.is_finite() and leaf.full > 0 and leaf.weight.is_finite() and leaf.weight >= 0):
        raise BadScheme(f"indicator {leaf.code}: full marks are above 0 and the weight is not negative")
    if not leaf.groups or not set(leaf.groups) <= groups:
        raise BadScheme(f"indicator {leaf.code}: is marked by at least one of the scheme's groups")


def _check_grades(scheme: Scheme) -> None:
    thresholds = [threshold for _name, threshold in scheme.grades]
    if not thresholds or sorted(set(thresholds), reverse=True) != thresholds:
        raise BadScheme("grades: at least one, from the highest threshold down")
    names, leaves = [name for name, _threshold in scheme.grades], [leaf.code for leaf in scheme.indicators]
    if any(gate.grade not in names or gate.indicator not in leaves for gate in scheme.gates):
        raise BadScheme("gates: each names a grade and an indicator of the scheme")


def _plain(value: Decimal) -> str:
    """A number as text, the same for 8, 8.0 and 8.00."""
    return format(value.normalize(ARITHMETIC), "f")


def _content(scheme: Scheme) -> list[object]:
    return [
        [[g.code, _plain(g.weight), *map(str, _parts(g.aggregate))] for g in scheme.groups],
        [[i.code, _plain(i.full), _plain(i.weight), sorted(i.groups), str(i.kind)] for i in scheme.indicators],
        [[name, _plain(threshold)] for name, threshold in scheme.grades],
        [scheme.places, sorted(map(str, scheme.round_at))],
        [[gate.grade, gate.indicator, _plain(gate.at_least)] for gate in scheme.gates],
        "" if scheme.bonus_cap is None else _plain(scheme.bonus_cap),
    ]


def _parts(how: Aggregate) -> tuple[object, ...]:
    return how.method, how.drop_high, how.drop_low, how.minimum, how.below_minimum
