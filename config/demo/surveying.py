"""Household surveys of 下王宅社区: one that is over and marked the first half, one under way."""

from __future__ import annotations

from decimal import Decimal

from evaluations.models import EvaluationRound, Indicator, Scheme, Survey, SurveyQuestion
from evaluations.models.schemes import HOUSEHOLDS
from evaluations.services import draws, survey_answers, surveys, visits

from .cast import Cast
from .steps import DEMO_MARK

SATISFACTION = "C2"  # the indicator that the survey marks, beside residents and the third party
HOUSEHOLDS_WEIGHT = 20
KINDS = SurveyQuestion.Kind
WROTE = 6  # so many households add a word of their own
# How satisfied the households are with the projects, in the order of their numbers; each begins elsewhere in the row.
LEVELS = ([5, 5, 4, 5, 4], [3, 4, 2, 3, 4], [4, 5, 3, 4, 4])


def let_households_mark(scheme: Scheme) -> None:
    """Give surveyed households a fifth of the weight, and the satisfaction to mark."""
    for group in scheme.groups.all():
        group.weight = group.weight * (100 - HOUSEHOLDS_WEIGHT) / 100
        group.save()
    households = scheme.groups.create(code=HOUSEHOLDS, weight=Decimal(HOUSEHOLDS_WEIGHT))
    scheme.indicators.get(code=SATISFACTION).groups.add(households)


def hold(cast: Cast, round_: EvaluationRound) -> None:
    """The survey of the first half: drawn, carried out, closed."""
    survey = _begin(cast, round_, title="2026年上半年居民满意度入户调查", days=(-74, -73), ends=-64)
    with cast.clock.at(-70, 19):
        for number in range(9):
            _take_down(cast, survey, number)
        _refuse(cast, survey)
    with cast.clock.at(-64, 18, 5):
        survey.refresh_from_db()
        surveys.close(survey, by=cast["street"])


def begin(cast: Cast, round_: EvaluationRound) -> None:
    """The survey of the second half: five have answered, one refused, one was not at home."""
    survey = _begin(cast, round_, title="2026年下半年居民满意度入户调查", days=(-3, -2), ends=5)
    with cast.clock.at(-1, 19):
        for number in range(5):
            _take_down(cast, survey, number)
        _refuse(cast, survey)
        absent = survey.households.open().order_by("grid", "number")[0]
        visits.note(absent, outcome="absent", by=cast["member_third"])


def _begin(cast: Cast, round_: EvaluationRound, *, title: str, days: tuple[int, int], ends: int) -> Survey:
    street, (drawn, starts) = cast["street"], days
    with cast.clock.at(drawn, 14):
        survey = surveys.plan(
            cast.home,
            round=round_,
            title=title,
            size=10,
            substitutes=50,
            closes_at=cast.clock.moment(ends, 18),
            intro=f"{DEMO_MARK}街道请您家说说对身边小巷队伍项目的感受，约需三分钟。",
            intro_en="The street would like to know what your household thinks of the projects nearby. Three minutes.",
            by=street,
        )
        _ask(survey, round_)
        draws.list_households(survey, by=street)
    with cast.clock.at(drawn, 21):
        draws.draw(survey, seed=f"{cast.clock.day(drawn):%Y-%m-%d} 03 08 15 21 27 30", by=street)
        surveys.assign(survey, interviewer=cast["member_third"], by=street)
    with cast.clock.at(starts, 9):
        surveys.start(survey, by=street)
    return survey


def _ask(survey: Survey, round_: EvaluationRound) -> None:
    leaf = Indicator.objects.get(scheme=round_.scheme, code=SATISFACTION)
    for order, (kind, text, english, per_project, counts) in enumerate(
        [
            (
                KINDS.SATISFACTION,
                "您家对这个项目满意吗？",
                "Is your household satisfied with it?",
                True,
                leaf,
            ),
            (KINDS.YES_NO, "您家用过或参加过吗？", "Has your household used it or taken part?", True, None),
            (KINDS.TEXT, "还缺什么？请写一句。", "What is missing? One sentence, please.", False, None),
        ],
        start=1,
    ):
        survey.questions.create(
            order=order, kind=kind, text=text, text_en=english, per_project=per_project, indicator=counts
        )


def _take_down(cast: Cast, survey: Survey, number: int) -> None:
    household = survey.households.open().select_related("survey").order_by("grid", "number")[0]
    places = survey_answers.questionnaire(household.survey)
    projects = sorted({place.project.pk for place in places if place.project})
    said: dict[survey_answers.Slot, tuple[int | None, str]] = {}
    for place in places:
        if place.project is None:
            said[place.slot] = (None, f"{DEMO_MARK}多一些晚上的活动。" if number < WROTE else "")
        elif place.question.kind == KINDS.YES_NO:
            said[place.slot] = (survey_answers.YES if number % 3 else survey_answers.NO, "")
        else:
            levels = LEVELS[projects.index(place.project.pk) % len(LEVELS)]
            said[place.slot] = (levels[number % len(levels)], "")
    visits.answer(household, given=said, by=cast["member_third"])


def _refuse(cast: Cast, survey: Survey) -> None:
    household = survey.households.open().select_related("survey").order_by("grid", "number")[0]
    visits.note(household, outcome="refused", by=cast["member_third"])
