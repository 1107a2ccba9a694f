"""走访: what interviewers meet at the doors; who refuses or is never met is replaced by the next of the same grid."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from evaluations.models import Survey, SurveyHousehold, SurveyVisit
from evaluations.services import survey_answers

Status = SurveyHousehold.Status
Outcome = SurveyVisit.Outcome
# A visit noted without network is sent so many days later at most; an older day is not believed.
LATEST = timedelta(days=7)
DONE = {Outcome.REFUSED: Status.REFUSED, Outcome.ABSENT: Status.ABSENT}


@transaction.atomic
def note(
    household: SurveyHousehold,
    *,
    outcome: str,
    by: User,
    at: datetime | None = None,
    on: date | None = None,
    key: UUID | None = None,
) -> SurveyHousehold | None:
    """Record that a household refused, or that nobody was at home.

    At a refusal, or at the last of the visits that the survey allows, the next substitute moves up; it is returned.
    `on` is the day on which a device without network noted it; one that was taken before (`key`) changes nothing.
    """
    if outcome not in DONE:
        raise Refused(_("An answer is recorded with its answers."), code="answer_needed")
    survey = _taken(household)
    if _is_known(household, key):
        return None
    _check_open(survey, household, at or now())
    day = day_of(on, today=localdate(at))
    if outcome == Outcome.ABSENT and household.visits.filter(outcome=outcome, on=day).exists():
        raise Refused(_("Nobody was at home today already; please come again on another day."), code="visited_today")
    SurveyVisit.objects.create(household=household, outcome=outcome, on=day, by=by, key=key)
    if outcome == Outcome.ABSENT and household.visits.filter(outcome=outcome).count() < survey.visits:
        return None
    survey.households.filter(pk=household.pk).update(status=DONE[Outcome(outcome)])
    return _move_up(survey, household, by=by)


@transaction.atomic
def answer(
    household: SurveyHousehold,
    *,
    given: survey_answers.Given,
    by: User,
    at: datetime | None = None,
    on: date | None = None,
    key: UUID | None = None,
) -> None:
    """Take down what a household says at the door; what a device sends again (`key`) changes nothing."""
    _taken(household)
    if _is_known(household, key):
        return
    survey_answers.answer(household, given=given, by=by, at=at)
    day = day_of(on, today=localdate(at))
    SurveyVisit.objects.create(household=household, outcome=Outcome.ANSWERED, on=day, by=by, key=key)


def day_of(on: date | None, *, today: date) -> date:
    """The day of a visit: as the device says if that is one of the last seven, else today by the platform's clock."""
    return on if on is not None and today - LATEST <= on <= today else today


def _is_known(household: SurveyHousehold, key: UUID | None) -> bool:
    return key is not None and household.visits.filter(key=key).exists()


def _taken(household: SurveyHousehold) -> Survey:
    """The survey, taken, so that of two visits reported at once one waits."""
    survey: Survey = Survey.objects.select_for_update(of=("self",)).select_related("region").get(pk=household.survey_id)
    return survey


def _check_open(survey: Survey, household: SurveyHousehold, at: datetime) -> None:
    """The survey takes answers, and the household must still be asked."""
    if not survey.takes_answers(at):
        raise Refused(_("This survey takes no answers now."), code="survey_takes_no_answers")
    if not SurveyHousehold.objects.open().filter(pk=household.pk).exists():
        raise Refused(_("What became of this household is already recorded."), code="household_is_done")


def _move_up(survey: Survey, gone: SurveyHousehold, *, by: User) -> SurveyHousehold | None:
    """The next substitute of the same grid, in the order of the draw, is asked in its place."""
    waiting = survey.households.filter(grid=gone.grid, status=Status.RESERVE).order_by("number")
    following: SurveyHousehold | None = waiting.first()
    if following is None:
        words = _("No substitute is left in the grid “%(grid)s”.") % {"grid": gone.grid or "—"}
        record(survey, region=survey.region, old=survey.status, new=survey.status, by=by, reason=words)
        return None
    following.status = Status.OPEN
    following.save(update_fields=["status"])
    return following
