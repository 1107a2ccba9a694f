"""A street's survey for the tests: a scheme with surveyed households, a roll in three grids, a survey that runs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils.timezone import now

from communities.models import Refused
from evaluations.models import EvaluationRound, SurveyHousehold
from evaluations.services import draws, rounds, schemes, survey_answers, surveys
from tests.evaluations.season import committee_of
from tests.factories import ResidentFactory

GRIDS = {"第1网格": 24, "第2网格": 12, "第3网格": 4}


def survey_scheme(street, by):
    """A1 of 60 points marked by the committee, A2 of 40 by the household survey alone; both with full marks 10."""
    scheme = schemes.create(street, name="入户方案", by=by)
    street_group = scheme.groups.create(code="street", weight=Decimal(70))
    households = scheme.groups.create(code="households", weight=Decimal(30))
    first = scheme.indicators.create(code="A1", name="现场", weight=60, full=10, order=1)
    first.groups.set([street_group])
    second = scheme.indicators.create(code="A2", name="居民满意度", weight=40, full=10, order=2, method="survey")
    second.groups.set([households])
    return scheme


def survey_round(street, by, *, is_open=True):
    """A round of the street with one member, whose A2 comes from the survey."""
    round_ = rounds.draft(
        street,
        title="上半年考评",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 6, 30),
        committee=committee_of(street, by, seats=("street",)),
        scheme=survey_scheme(street, by),
        closes_at=now() + timedelta(days=14),
        by=by,
    )
    if is_open:
        rounds.open_(round_, by=by)
    return EvaluationRound.objects.get(pk=round_.pk)


def settle(community, grids=GRIDS):
    """So many households of each grid on the roll; every second has two residents."""
    for grid, size in grids.items():
        for number in range(size):
            for _person in range(1 + number % 2):
                ResidentFactory(
                    region=community, grid=grid, household=f"{grid}-{number:03}", address=f"{grid}幸福里{number}室"
                )


def planned(community, round_, by, *, size=20, **fields):
    return surveys.plan(
        community,
        round=round_,
        title="居民满意度入户调查",
        size=size,
        closes_at=now() + timedelta(days=10),
        by=by,
        **fields,
    )


def ask(survey):
    """Satisfaction with each project (for A2), whether one knows it, and a word of one's own."""
    leaf = survey.round.scheme.indicators.get(code="A2")
    return [
        survey.questions.create(order=1, text="您对该项目满意吗？", text_en="Are you satisfied?", indicator=leaf),
        survey.questions.create(order=2, kind="yes_no", text="您家用过它吗？"),
        survey.questions.create(order=3, kind="text", text="您有什么建议？", per_project=False),
    ]


def drawn(survey, by, seed="2026-08-15 双色球 03 08 15"):
    draws.list_households(survey, by=by)
    draws.draw(survey, seed=seed, by=by)
    return survey


def running(community, round_, by, **fields):
    """Planned, with three questions, drawn and started."""
    survey = planned(community, round_, by, **fields)
    ask(survey)
    drawn(survey, by)
    surveys.start(survey, by=by)
    return survey


def reply(household, level=5, yes=5, text=""):
    """This household gives every project this level."""
    said = {
        place.slot: {"satisfaction": (level, ""), "yes_no": (yes, ""), "text": (None, text)}[place.question.kind]
        for place in survey_answers.questionnaire(household.survey)
    }
    survey_answers.answer(household, given=said)


def open_households(survey):
    return list(SurveyHousehold.objects.open().filter(survey=survey).select_related("survey__round", "survey__region"))


def refused(code, act):
    with pytest.raises(Refused) as no, transaction.atomic():
        act()
    return no.value.code == code
