"""提醒事项: what the committee is told before it confirms the grades of a closed round; shown, never acted upon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations import cautions
from evaluations.models import CommitteeMember, EvaluationRound, Rating, SurveyResult
from evaluations.models.schemes import GROUPS
from evaluations.wording import plain, together


class Kind(TextChoices):
    """What there is to look at; others may add kinds of their own as plain words."""

    DECISIVE = "decisive", gettext_lazy("one sheet decides the grade")
    APART = "apart", gettext_lazy("marks unlike all others")
    FEW_MARKS = "few_marks", gettext_lazy("too few marks in a group")
    FEW_ANSWERS = "few_answers", gettext_lazy("too few answers to a survey")


@dataclass
class Caution:
    """One thing to look at: what kind, in words, and the rating or the member it is about, by number."""

    kind: str
    label: Any
    text: str
    rating_id: int | None = None
    member_id: int | None = None
    rating: Rating | None = None
    member: CommitteeMember | None = None


Source = Callable[[EvaluationRound], Iterable[Caution]]
# Whoever knows of something else to look at adds a function here when the app starts.
# It is called with a closed round, and asks the database as often for 3 projects as for 3,000.
SOURCES: list[Source] = []


def of_round(round_: EvaluationRound) -> list[Caution]:
    """Everything the committee should look at in a round, without names; empty before it is closed."""
    if round_.status not in EvaluationRound.MARKS_ARE_SHOWN:
        return []
    return [caution for source in SOURCES for caution in source(round_)]


def named(found: Iterable[Caution]) -> list[Caution]:
    """With the ratings and members themselves; two queries whatever their number."""
    rows = list(found)
    ratings = Rating.objects.select_related("project__team", "region")
    known = ratings.defer("breakdown", "hints").in_bulk({one.rating_id for one in rows if one.rating_id})
    members = CommitteeMember.objects.select_related("user").in_bulk({one.member_id for one in rows if one.member_id})
    for one in rows:
        one.rating, one.member = known.get(one.rating_id or 0), members.get(one.member_id or 0)
    return rows


def _graded(round_: EvaluationRound) -> QuerySet[Rating]:
    rows: QuerySet[Rating] = round_.ratings.in_play().exclude(input_hash="").order_by("pk")
    return rows


def of_marks(round_: EvaluationRound) -> Iterator[Caution]:
    """What the marks themselves show: members far from all others, single sheets that decide, groups with few marks."""
    stored: dict[int, Any] = dict(_graded(round_).exclude(hints=None).values_list("pk", "hints"))
    for one in cautions.apart(stored.values()):
        yield _apart(one)
    for rating, hints in stored.items():
        for found in cautions.found_in(hints):
            yield _decisive(found, rating) if isinstance(found, cautions.Decisive) else _few(found, rating)


def of_surveys(round_: EvaluationRound) -> Iterator[Caution]:
    """Surveys that fewer than five households, or fewer than half of those it was planned for, answered."""
    results = SurveyResult.objects.filter(rating__in=_graded(round_)).select_related("survey", "indicator")
    few = results.filter(Q(answers=None) | Q(survey__size__gt=2 * F("answers")))
    for result in few.order_by("rating_id", "indicator__order", "indicator_id"):
        yield _survey(result)


SOURCES += [of_marks, of_surveys]


def _number(member: str) -> int | None:
    """The number of a committee member; what households gave carries none."""
    return int(member) if member.isdecimal() else None


def _decisive(one: cautions.Decisive, rating: int) -> Caution:
    member = _number(one.member)
    words = {"grade": one.grade, "other": one.without or _("no grade"), "total": _points(one.total)}
    text = (
        _("%(grade)s now; without this one sheet %(other)s (%(total)s points).")
        if member
        else _("%(grade)s now; without the household survey %(other)s (%(total)s points).")
    )
    return Caution(Kind.DECISIVE, Kind.DECISIVE.label, text % words, rating, member)


def _points(total: Decimal | None) -> str:
    return "—" if total is None else f"{total:f}"


def _apart(one: cautions.Apart) -> Caution:
    words = {"by": plain(abs(one.by)), "same": one.same_side, "projects": one.projects}
    text = (
        _("Marks higher than the middle of all, by %(by)s of 100 on average; in %(same)s of %(projects)s projects.")
        if one.by > 0
        else _("Marks lower than the middle of all, by %(by)s of 100 on average; in %(same)s of %(projects)s projects.")
    )
    return Caution(Kind.APART, Kind.APART.label, text % words, member_id=_number(one.member))


def _few(one: cautions.FewMarks, rating: int) -> Caution:
    words = {"group": _group(one.group), "given": one.given, "needed": one.needed, "where": together(one.indicators)}
    text = _("%(group)s: only %(given)s of the %(needed)s marks it must give, at %(where)s.") % words
    return Caution(Kind.FEW_MARKS, Kind.FEW_MARKS.label, text, rating)


def _survey(result: SurveyResult) -> Caution:
    words = {"indicator": result.indicator, "answers": result.answers, "size": result.survey.size}
    text = (
        _("%(indicator)s: fewer than five households answered, so the survey gives no mark.")
        if result.answers is None
        else _("%(indicator)s: %(answers)s answers of the %(size)s households the survey was planned for.")
    )
    return Caution(Kind.FEW_ANSWERS, Kind.FEW_ANSWERS.label, text % words, result.rating_id)


def _group(code: str) -> str:
    return str(dict(GROUPS).get(code, code))


@dataclass(frozen=True)
class Count:
    """How many there are of a kind."""

    kind: str
    label: Any
    number: int


def counted(found: Iterable[Caution]) -> list[Count]:
    """How many there are of each kind, in the order in which they come."""
    rows = list(found)
    labels = {one.kind: one.label for one in rows}
    numbers = Counter(one.kind for one in rows)
    return [Count(kind, label, numbers[kind]) for kind, label in labels.items()]
