"""How a survey stands and, when the round is closed for marks, what it said: no figure of fewer than five."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from evaluations import satisfaction
from evaluations.models import EvaluationRound, Rating, Survey, SurveyHousehold, SurveyQuestion, SurveyResult
from evaluations.sampling import margin
from evaluations.services import survey_answers
from evaluations.services.survey_answers import Levels, Slot
from projects.models import Project

Status = SurveyHousehold.Status


@dataclass(frozen=True)
class Figure:
    """What was answered to one question, of one project or of the whole; below five answers nothing is known."""

    question: SurveyQuestion
    project: Project | None
    answers: int | None = None
    margin: Decimal | None = None
    share: Decimal | None = None  # per cent
    levels: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Each answer that could be given, the best first, with how often it was."""
        words = survey_answers.WORDS.get(self.question.kind, {})
        return [(str(words[level]), self.levels[level - 1]) for level in reversed(words)] if self.levels else []


@dataclass(frozen=True)
class GridFigure:
    """The mean satisfaction in a grid, or in small ones together."""

    grids: list[str]
    answers: int
    share: Decimal


@dataclass(frozen=True)
class Report:
    """A whole survey."""

    drawn: int
    asked: int
    answered: int
    refused: int
    absent: int
    open: int
    substitutes_left: int
    response_rate: Decimal | None
    margin: Decimal | None
    is_shown: bool
    figures: list[Figure]
    grids: list[GridFigure]


def report_of(survey: Survey) -> Report:
    """How far a survey is, and its figures when they may be known."""
    counts = Counter(survey.households.order_by().values_list("status", flat=True))
    asked = sum(counts.values()) - counts[Status.RESERVE]
    is_shown = survey.status == Survey.Status.CLOSED and survey.round.status in EvaluationRound.MARKS_ARE_SHOWN
    return Report(
        drawn=survey.size if survey.is_drawn else 0,
        asked=asked,
        answered=counts[Status.ANSWERED],
        refused=counts[Status.REFUSED],
        absent=counts[Status.ABSENT],
        open=counts[Status.OPEN],
        substitutes_left=counts[Status.RESERVE],
        response_rate=response_rate(counts[Status.ANSWERED], asked),
        margin=margin(counts[Status.ANSWERED], survey.population or 0),
        is_shown=is_shown,
        figures=_figures(survey) if is_shown else [],
        grids=_grids(survey) if is_shown else [],
    )


def response_rate(answered: int, asked: int) -> Decimal | None:
    """The share of the households asked that answered, in per cent."""
    return satisfaction.percent(Decimal(answered) / asked) if asked else None


def _figures(survey: Survey) -> list[Figure]:
    counted, texts = survey_answers.counted(survey), survey_answers.texts(survey)
    return [
        _figure(survey, place, counted.get(place.slot, {}), texts.get(place.slot, []))
        for place in survey_answers.questionnaire(survey)
    ]


def _figure(survey: Survey, place: survey_answers.Asked, levels: Levels, texts: list[str]) -> Figure:
    if place.question.kind == SurveyQuestion.Kind.TEXT:
        return Figure(place.question, place.project, texts=texts)
    share, answers = satisfaction.share(levels), sum(levels.values())
    if share is None:
        return Figure(place.question, place.project)
    return Figure(
        place.question,
        place.project,
        answers=answers,
        margin=margin(answers, survey.population or 0),
        share=satisfaction.percent(share),
        levels=[levels.get(level, 0) for level in range(1, satisfaction.LEVELS + 1)],
    )


def _grids(survey: Survey) -> list[GridFigure]:
    """All questions of satisfaction together, grid by grid; a grid is as large as its most answered question."""
    wanted = set(survey.questions.filter(kind=SurveyQuestion.Kind.SATISFACTION).values_list("pk", flat=True))
    by_grid = {
        grid: {slot: levels for slot, levels in slots.items() if slot[0] in wanted}
        for grid, slots in survey_answers.counted_by_grid(survey).items()
    }
    sizes = {
        grid: max((sum(levels.values()) for levels in slots.values()), default=0) for grid, slots in by_grid.items()
    }
    return [_of_grids(grids, [by_grid[grid] for grid in grids]) for grids in satisfaction.together(sizes)]


def _of_grids(grids: list[str], counts: Iterable[dict[Slot, Levels]]) -> GridFigure:
    sums: Counter[int] = Counter()
    for slots in counts:
        for levels in slots.values():
            sums.update(levels)
    share = satisfaction.share(sums) or Decimal(0)
    return GridFigure(grids, sum(sums.values()), satisfaction.percent(share))


@dataclass(frozen=True)
class SurveyLine:
    """What the household survey gave a project for one indicator, for the explanation of its grade."""

    survey: str
    indicator: str
    asked: int
    answered: int
    response_rate: Decimal | None
    answers: int | None
    margin: Decimal | None
    share: Decimal | None  # per cent
    mark: str
    full: str


def survey_lines(rating: Rating) -> list[SurveyLine]:
    """Every result of a survey that is behind a rating."""
    found = rating.survey_results.select_related("survey", "indicator").order_by("indicator__order", "indicator_id")
    return [_line(result) for result in found]


def _line(result: SurveyResult) -> SurveyLine:
    survey, full = result.survey, result.indicator.full or Decimal(0)
    return SurveyLine(
        survey=str(survey),
        indicator=str(result.indicator),
        asked=survey.asked or 0,
        answered=survey.answered or 0,
        response_rate=response_rate(survey.answered or 0, survey.asked or 0),
        answers=result.answers,
        margin=margin(result.answers or 0, survey.population or 0),
        share=None if result.share is None else satisfaction.percent(result.share),
        mark="" if result.mark is None else f"{result.mark}",
        full=f"{full.normalize():f}",
    )
