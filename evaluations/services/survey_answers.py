"""调查回答: each household answers once, and what it answered is kept without it; read only as sums."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from communities.models import Refused, User
from evaluations.models import Rating, Survey, SurveyHousehold, SurveyQuestion
from evaluations.models.survey_answers import SurveyAnswer
from evaluations.satisfaction import FEWEST
from projects.models import Project

# What a household wrote in its own words is kept so long after the survey.
TEXTS_KEPT = timedelta(days=365)
LONGEST_TEXT = 1000
YES, NO = 5, 1
# What each level is called.
WORDS: dict[str, dict[int, Any]] = {
    SurveyQuestion.Kind.SATISFACTION: {
        1: gettext_lazy("very dissatisfied"),
        2: gettext_lazy("dissatisfied"),
        3: gettext_lazy("so-so"),
        4: gettext_lazy("satisfied"),
        5: gettext_lazy("very satisfied"),
    },
    SurveyQuestion.Kind.YES_NO: {NO: pgettext_lazy("answer", "no"), YES: pgettext_lazy("answer", "yes")},
}
Slot = tuple[int, int | None]  # (question, project)
Given = Mapping[Slot, tuple[int | None, str]]  # what was said there: a level, or a text
Levels = dict[int, int]


@dataclass(frozen=True)
class Asked:
    """One place of the questionnaire: a question, of a project or of the whole."""

    question: SurveyQuestion
    project: Project | None

    @property
    def slot(self) -> Slot:
        return self.question.pk, self.project.pk if self.project else None


def questionnaire(survey: Survey) -> list[Asked]:
    """Everything that is asked: first project by project, then what is asked once."""
    questions = list(survey.questions.all())
    of_each = [question for question in questions if question.per_project]
    ratings = Rating.objects.in_play().filter(round=survey.round_id, region=survey.region_id)
    projects = [rating.project for rating in ratings.select_related("project__team").order_by("project_id")]
    asked = [Asked(question, project) for project in projects for question in of_each]
    return asked + [Asked(question, None) for question in questions if not question.per_project]


@transaction.atomic
def answer(household: SurveyHousehold, *, given: Given, at: datetime | None = None, by: User | None = None) -> None:
    """Take what one household says, once. `by` is the interviewer, or nobody when the household answers itself.

    Nothing of the two rows that are written leads from one to the other.
    """
    asked = questionnaire(household.survey)
    said = {slot: _checked(place, given[slot]) for place in asked if (slot := place.slot) in given}
    if not any(level or text for level, text in said.values()):
        raise Refused(_("Please answer at least one question."), code="nothing_said")
    # The survey's row first, as whoever closes it takes it; changing the household's makes the second of two wait.
    Survey.objects.select_for_update().get(pk=household.survey_id)
    open_ones = SurveyHousehold.objects.to_answer(at or now()).filter(pk=household.pk)
    if not open_ones.update(status=SurveyHousehold.Status.ANSWERED):
        raise _refusal(household)
    rows = [_row(household, place, *said.get(place.slot, (None, ""))) for place in asked]
    random.SystemRandom().shuffle(rows)
    SurveyAnswer.objects.bulk_create(rows, batch_size=500)


def _row(household: SurveyHousehold, place: Asked, level: int | None, text: str) -> SurveyAnswer:
    return SurveyAnswer(
        survey_id=household.survey_id,
        question=place.question,
        project=place.project,
        grid=household.grid,
        level=level,
        text=text,
    )


def _refusal(household: SurveyHousehold) -> Refused:
    now_is = SurveyHousehold.objects.select_related("survey").get(pk=household.pk)
    if now_is.status == SurveyHousehold.Status.ANSWERED:
        return Refused(_("This household has already answered. Thank you."), code="answered_once")
    if now_is.status == SurveyHousehold.Status.OPEN:
        return Refused(_("This survey takes no answers now."), code="survey_takes_no_answers")
    return Refused(_("This household is no longer asked in this survey."), code="household_is_done")


def _checked(place: Asked, said: tuple[int | None, str]) -> tuple[int | None, str]:
    level, text = said
    kind = place.question.kind
    text = text.strip()
    if (level is not None and level not in WORDS.get(kind, {})) or (text and kind != SurveyQuestion.Kind.TEXT):
        raise Refused(_("This is no answer to this question."), code="answer_does_not_fit")
    if len(text) > LONGEST_TEXT:
        raise Refused(_("Please write at most %(n)s characters.") % {"n": LONGEST_TEXT}, code="too_long")
    return level, text


def seal(survey: Survey) -> None:
    """Write all answers anew in random order: their place and transaction number lead to no household any more."""
    SurveyAnswer.objects.shuffle(survey.pk)


def destroy(survey: Survey) -> None:
    """Destroy the answers of a survey that is called off, unread."""
    SurveyAnswer.objects.filter(survey=survey).delete()


def counted(survey: Survey) -> dict[Slot, Levels]:
    """How often each level was answered, question by question. Of an open survey nobody counts anything."""
    _only_closed(survey)
    return count(survey)


def count(survey: Survey) -> dict[Slot, Levels]:
    """The same, while the survey is being closed."""
    sums: dict[Slot, Levels] = defaultdict(dict)
    rows = SurveyAnswer.objects.filter(survey=survey, level__isnull=False).order_by()
    for question, project, level, number in rows.values_list("question", "project", "level").annotate(Count("pk")):
        sums[question, project][level] = number
    return sums


def counted_by_grid(survey: Survey) -> dict[str, dict[Slot, Levels]]:
    """The same for each grid, to be shown by `satisfaction.together` alone."""
    _only_closed(survey)
    sums: dict[str, dict[Slot, Levels]] = defaultdict(lambda: defaultdict(dict))
    rows = SurveyAnswer.objects.filter(survey=survey, level__isnull=False).order_by()
    columns = rows.values_list("grid", "question", "project", "level").annotate(Count("pk"))
    for grid, question, project, level, number in columns:
        sums[grid][question, project][level] = number
    return sums


def texts(survey: Survey) -> dict[Slot, list[str]]:
    """What was written, in no order; where fewer than five wrote, nothing is shown."""
    _only_closed(survey)
    found: dict[Slot, list[str]] = defaultdict(list)
    for question, project, text in (
        SurveyAnswer.objects.filter(survey=survey).exclude(text="").values_list("question", "project", "text")
    ):
        found[question, project].append(text)
    return {slot: sorted(written) for slot, written in found.items() if len(written) >= FEWEST}


def forget_texts(*, at: datetime) -> int:
    """Empty what was written in surveys that closed long ago; the figures stay."""
    old = Survey.objects.filter(status=Survey.Status.CLOSED, closed_at__lt=at - TEXTS_KEPT)
    return SurveyAnswer.objects.filter(survey__in=old).exclude(text="").update(text="")


def _only_closed(survey: Survey) -> None:
    if Survey.objects.values_list("status", flat=True).get(pk=survey.pk) != Survey.Status.CLOSED:
        raise Refused(_("A survey is counted when it is closed."), code="survey_is_open")
