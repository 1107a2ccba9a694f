"""入户调查: planned for a round, drawn, carried out, closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from communities.models.record import record
from communities.services import sweeps
from communities.services.notices import tell
from evaluations.models import EvaluationRound, Indicator, Survey, SurveyHousehold, SurveyQuestion
from evaluations.models.schemes import HOUSEHOLDS
from evaluations.services import survey_answers, survey_results

Status = Survey.Status
# What was announced with the draw; the rest may still change.
WITH_THE_DRAW = frozenset({"round", "size", "substitutes"})


@transaction.atomic
def plan(region: Region, *, round: EvaluationRound, by: User, **fields: Any) -> Survey:  # noqa: A002 (the noun)
    """Plan the survey of a community for a round."""
    survey = Survey(region=region, round=round, **fields)
    survey.full_clean(exclude=["status"])
    _check_place(survey)
    survey.begin(by=by)
    return survey


@transaction.atomic
def edit(survey: Survey, *, by: User, **fields: Any) -> None:
    """Change what is planned; after the draw only the words, the number of visits and the end."""
    status = survey.locked().status
    allowed = {Status.PLANNED: set(fields), Status.DRAWN: set(fields) - WITH_THE_DRAW, Status.UNDER_WAY: {"closes_at"}}
    if not {name for name in fields if getattr(survey, name) != fields[name]} <= allowed.get(status, set()):
        raise Refused(_("Once a survey is drawn, what was announced of it is not changed."), code="survey_is_fixed")
    for name, value in fields.items():
        setattr(survey, name, value)
    if status == Status.UNDER_WAY:
        _check_end(survey, now())
    _check_place(survey)
    survey.save(update_fields=fields.keys())


def _check_place(survey: Survey) -> None:
    if survey.region.level != Region.Level.COMMUNITY or not survey.round.region.contains(survey.region):
        raise Refused(_("A survey is of a community of the street that holds the round."), code="other_street")
    if survey.round.status not in {EvaluationRound.Status.DRAFT, EvaluationRound.Status.OPEN}:
        raise Refused(_("The round takes no marks any more."), code="round_is_closed")


@transaction.atomic
def copy_questions(survey: Survey, *, source: Survey, by: User) -> int:
    """Take over another survey's questions, after those that are there."""
    there = survey.questions.count()
    leaves = {leaf.code: leaf for leaf in Indicator.objects.filter(scheme=survey.round.scheme_id)}
    for number, question in enumerate(source.questions.select_related("indicator"), start=there + 1):
        fields = {name: getattr(question, name) for name in ("kind", "text", "text_en", "per_project")}
        indicator = leaves.get(question.indicator.code) if question.indicator else None
        survey.questions.create(order=number, indicator=indicator, **fields)
    return survey.questions.count() - there


@transaction.atomic
def start(survey: Survey, *, by: User, closes_at: datetime | None = None, at: datetime | None = None) -> None:
    """Send the interviewers out; from now on the questions are frozen."""
    survey.take()
    survey.closes_at = closes_at or survey.closes_at
    if survey.round.status != EvaluationRound.Status.OPEN:
        raise Refused(_("A survey starts while its round is open."), code="round_is_not_open")
    _check_end(survey, at or now())
    _check_questions(survey)
    survey.move(Status.UNDER_WAY, by=by, closes_at=survey.closes_at)


def _check_end(survey: Survey, at: datetime) -> None:
    if survey.closes_at is None or survey.closes_at <= at:
        raise Refused(_("Say until when answers are taken; it must be in the future."), code="closing_in_the_past")
    if survey.round.closes_at and survey.closes_at > survey.round.closes_at:
        raise Refused(_("A survey ends with its round at the latest."), code="closes_after_round")


def _check_questions(survey: Survey) -> None:
    questions = list(survey.questions.select_related("indicator").prefetch_related("indicator__groups"))
    if not questions:
        raise Refused(_("This survey asks nothing yet."), code="no_questions")
    for question in questions:
        if question.indicator and not _fits(question.indicator, survey):
            words = _("“%(question)s”: surveyed households mark no indicator “%(indicator)s” by survey in this round.")
            raise Refused(words % {"question": question, "indicator": question.indicator}, code="other_indicator")


def _fits(indicator: Indicator, survey: Survey) -> bool:
    groups = {group.code for group in indicator.groups.all()}
    return (
        indicator.scheme_id == survey.round.scheme_id
        and indicator.is_leaf
        and indicator.method == Indicator.Method.SURVEY
        and HOUSEHOLDS in groups
    )


@transaction.atomic
def close(survey: Survey, *, by: User, at: datetime | None = None) -> None:
    """End the survey: mix the answers, cut every link to people, kill the codes, and write down the results."""
    survey.take()
    if survey.status == Status.UNDER_WAY:
        survey_answers.seal(survey)
    figures = {
        "asked": survey.households.approached().count(),
        "answered": survey.households.filter(status=SurveyHousehold.Status.ANSWERED).count(),
    }
    words = _("%(answered)s of %(asked)s households answered.") % figures
    survey.move(Status.CLOSED, by=by, reason=words, closed_at=at or now(), **figures)
    _let_go(survey)
    survey_results.write(survey)


def _let_go(survey: Survey) -> None:
    """Nothing leads from the draw to people any more, and no code opens anything."""
    survey.households.update(resident=None, secret_hash="", code_hash="")


def close_due(*, at: datetime, by: User) -> None:
    """Close the surveys whose time is over."""
    sweeps.each(Survey.objects.due(at).select_related("round", "region"), lambda survey: close(survey, by=by, at=at))


def close_of(round_: EvaluationRound, *, by: User) -> None:
    """Close a round's surveys before its grades are computed; what never started is called off."""
    for survey in round_.surveys.select_related("round", "region").order_by("pk"):
        if survey.status == Status.UNDER_WAY:
            close(survey, by=by)
        elif survey.can_move(Status.CANCELLED):
            cancel(survey, reason=_("The round is closed for marks."), by=by)


def cancel_of(round_: EvaluationRound, *, reason: str, by: User) -> None:
    """Call off what still runs of a round that is given up."""
    for survey in round_.surveys.select_related("region").order_by("pk"):
        if survey.can_move(Status.CANCELLED):
            cancel(survey, reason=reason, by=by)


@transaction.atomic
def cancel(survey: Survey, *, reason: str, by: User) -> None:
    """Call a survey off; what was answered is destroyed unread."""
    survey.take()
    if survey.status == Status.UNDER_WAY:
        survey_answers.destroy(survey)
    survey.move(Status.CANCELLED, by=by, reason=reason)
    _let_go(survey)


@transaction.atomic
def assign(survey: Survey, *, interviewer: User, by: User, grid: str | None = None) -> int:
    """Give an interviewer the households of a grid, or all that nobody has yet, with their substitutes."""
    if survey.status not in {Status.DRAWN, Status.UNDER_WAY}:
        raise Refused(_("Interviewers are named after the draw, until the survey ends."), code="wrong_status")
    waiting = [SurveyHousehold.Status.OPEN, SurveyHousehold.Status.RESERVE]
    rows = survey.households.filter(status__in=waiting)
    rows = rows.filter(interviewer=None) if grid is None else rows.filter(grid=grid)
    number = rows.update(interviewer=interviewer)
    facts = {"name": interviewer.shown_name, "grid": _("all grids") if grid is None else grid or "—", "n": number}
    words = _("%(name)s · %(grid)s · %(n)s households") % facts
    change = record(survey, region=survey.region, old=survey.status, new="assigned", by=by, reason=words)
    if number:
        tell(
            [interviewer],
            kind="survey_assigned",
            params={"title": survey.title, "count": number},
            url=reverse("evaluations:visits"),
            region=survey.region,
            key=f"survey_assigned:{change.pk}",
        )
    return number


def questions_of(survey: Survey) -> list[SurveyQuestion]:
    """What is asked, in order."""
    return list(survey.questions.select_related("indicator"))
