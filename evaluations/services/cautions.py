"""提醒事项: what the committee is told before it confirms the grades of a closed round; shown, never acted upon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations import cautions
from evaluations.interchange import marks_in
from evaluations.models import CommitteeMember, EvaluationRound, Rating, SurveyResult
from evaluations.models.schemes import GROUPS
from evaluations.services import ratings
from evaluations.wording import plain


class Kind(TextChoices):
    """What there is to look at; others may add kinds of their own as plain words."""

    DECISIVE = "decisive", gettext_lazy("one sheet decides the grade")
    APART = "apart", gettext_lazy("marks unlike all others")
    FEW_MARKS = "few_marks", gettext_lazy("too few marks in a group")
    FEW_ANSWERS = "few_answers", gettext_lazy("too few answers to a survey")


@dataclass(frozen=True)
class Caution:
    """One thing to look at: what kind, in words, and the rating or the member it is about."""

    kind: str
    label: Any
    text: str
    rating: Rating | None = None
    member: CommitteeMember | None = None


Source = Callable[[EvaluationRound, Sequence[Rating]], Iterable[Caution]]
# Whoever knows of something else to look at adds a function here when the app starts.
# It is called with a closed round and its graded ratings, and asks the database as often for 3 of them as for 300.
SOURCES: list[Source] = []


def of_round(round_: EvaluationRound) -> list[Caution]:
    """Everything the committee should look at in a round; empty before it is closed."""
    graded = list(_graded(round_))
    return [caution for source in SOURCES for caution in source(round_, graded)] if graded else []


def _graded(round_: EvaluationRound) -> Iterable[Rating]:
    rows = round_.ratings.in_play().exclude(input_hash="").select_related("project__team", "region")
    return rows.order_by("pk") if round_.status in EvaluationRound.MARKS_ARE_SHOWN else rows.none()


def of_marks(round_: EvaluationRound, graded: Sequence[Rating]) -> Iterator[Caution]:
    """What the marks themselves show: members far from all others, single sheets that decide, groups with few marks."""
    scheme = ratings.core(round_)
    marks = {str(rating.pk): list(marks_in(rating.breakdown)) for rating in graded}
    known = {str(rating.pk): rating for rating in graded}
    members = CommitteeMember.objects.select_related("user").in_bulk(
        {int(mark.member) for rows in marks.values() for mark in rows if mark.member.isdecimal()}
    )
    for one in cautions.apart(scheme, marks):
        if _number(one.member) in members:
            yield _apart(one, members[_number(one.member)])
    for key, rows in marks.items():
        for deciding in cautions.decisive(scheme, key, rows):
            yield _decisive(deciding, known[key], members.get(_number(deciding.member)))
        for few in cautions.few_marks(scheme, key, rows):
            yield _few(few, known[key])


def of_surveys(round_: EvaluationRound, graded: Sequence[Rating]) -> Iterator[Caution]:
    """Surveys that fewer than five households, or fewer than half of those it was planned for, answered."""
    known = {rating.pk: rating for rating in graded}
    results = SurveyResult.objects.filter(rating__in=known).select_related("survey", "indicator")
    for result in results.order_by("rating_id", "indicator__order", "indicator_id"):
        if result.answers is None or 2 * result.answers < result.survey.size:
            yield _survey(result, known[result.rating_id])


SOURCES += [of_marks, of_surveys]


def _number(member: str) -> int:
    return int(member) if member.isdecimal() else 0


def _decisive(one: cautions.Decisive, rating: Rating, member: CommitteeMember | None) -> Caution:
    words = {"grade": one.grade, "other": one.without or _("no grade"), "total": _points(one.total)}
    text = (
        _("%(grade)s now; without this one sheet %(other)s (%(total)s points).")
        if member
        else _("%(grade)s now; without the household survey %(other)s (%(total)s points).")
    )
    return Caution(Kind.DECISIVE, Kind.DECISIVE.label, text % words, rating, member)


def _points(total: Decimal | None) -> str:
    return "—" if total is None else f"{total:f}"


def _apart(one: cautions.Apart, member: CommitteeMember) -> Caution:
    words = {"by": plain(abs(one.by)), "same": one.same_side, "projects": one.projects}
    text = (
        _("Marks higher than the middle of all, by %(by)s of 100 on average; in %(same)s of %(projects)s projects.")
        if one.by > 0
        else _("Marks lower than the middle of all, by %(by)s of 100 on average; in %(same)s of %(projects)s projects.")
    )
    return Caution(Kind.APART, Kind.APART.label, text % words, member=member)


def _few(one: cautions.FewMarks, rating: Rating) -> Caution:
    words = {"group": _group(one.group), "given": one.given, "needed": one.needed, "where": ", ".join(one.indicators)}
    text = _("%(group)s: only %(given)s of the %(needed)s marks it must give, at %(where)s.") % words
    return Caution(Kind.FEW_MARKS, Kind.FEW_MARKS.label, text, rating)


def _survey(result: SurveyResult, rating: Rating) -> Caution:
    words = {"indicator": result.indicator, "answers": result.answers, "size": result.survey.size}
    text = (
        _("%(indicator)s: fewer than five households answered, so the survey gives no mark.")
        if result.answers is None
        else _("%(indicator)s: %(answers)s answers of the %(size)s households the survey was planned for.")
    )
    return Caution(Kind.FEW_ANSWERS, Kind.FEW_ANSWERS.label, text % words, rating)


def _group(code: str) -> str:
    return str(dict(GROUPS).get(code, code))


def counted(found: Iterable[Caution]) -> dict[str, int]:
    """How many there are of each kind, by its label."""
    counts: dict[str, int] = {}
    for caution in found:
        counts[str(caution.label)] = counts.get(str(caution.label), 0) + 1
    return counts
