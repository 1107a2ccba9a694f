from datetime import date, timedelta
from decimal import Decimal

from django.utils.timezone import now
from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from evaluations import models
from evaluations.models.survey_answers import SurveyAnswer

from .communities import RegionFactory, ResidentFactory, UserFactory
from .evaluations import EvaluationRoundFactory, IndicatorFactory, RatingFactory

__all__ = [
    "SurveyAnswerFactory",
    "SurveyFactory",
    "SurveyFrameFactory",
    "SurveyHouseholdFactory",
    "SurveyQuestionFactory",
    "SurveyResultFactory",
    "SurveyVisitFactory",
]


class SurveyFactory(DjangoModelFactory):
    """A planned survey of a community of its round's street; drawn ones have a list and a seed, closed ones figures."""

    class Meta:
        model = models.Survey

    class Params:
        is_drawn = LazyAttribute(lambda o: o.status in models.Survey.IS_DRAWN)
        is_closed = LazyAttribute(lambda o: o.status == "closed")

    region = SubFactory(RegionFactory)
    status = "planned"
    round = SubFactory(EvaluationRoundFactory)
    title = Sequence("入户调查{}".format)
    size = 10
    closes_at = LazyFunction(lambda: now() + timedelta(days=10))
    seed = LazyAttribute(lambda o: "20260815" if o.is_drawn else "")
    population = LazyAttribute(lambda o: 100 if o.is_drawn else None)
    unlisted = LazyAttribute(lambda o: 0 if o.is_drawn else None)
    frame_hash = LazyAttribute(lambda o: "0" * 64 if o.is_drawn else "")
    asked = LazyAttribute(lambda o: 10 if o.is_closed else None)
    answered = LazyAttribute(lambda o: 8 if o.is_closed else None)
    closed_at = LazyAttribute(lambda o: now() if o.is_closed else None)


class SurveyFrameFactory(DjangoModelFactory):
    class Meta:
        model = models.SurveyFrame

    survey = SubFactory(SurveyFactory)
    content = "grid,household\n第1网格,0000000000000000\n"


class SurveyQuestionFactory(DjangoModelFactory):
    """Satisfaction with each project."""

    class Meta:
        model = models.SurveyQuestion

    survey = SubFactory(SurveyFactory)
    order = Sequence(lambda n: n)
    text = Sequence("您对该项目满意吗？{}".format)


class SurveyHouseholdFactory(DjangoModelFactory):
    """A drawn household that is to be visited."""

    class Meta:
        model = models.SurveyHousehold

    survey = SubFactory(SurveyFactory, status="under_way")
    household = Sequence("{:016x}".format)
    grid = "第1网格"
    number = Sequence(lambda n: n + 1)
    is_drawn = True
    status = "open"
    resident = SubFactory(ResidentFactory, region=SelfAttribute("..survey.region"), address="幸福里3幢1单元201室")
    interviewer = SubFactory(UserFactory)


class SurveyVisitFactory(DjangoModelFactory):
    class Meta:
        model = models.SurveyVisit

    household = SubFactory(SurveyHouseholdFactory)
    outcome = "absent"
    on = date(2026, 7, 10)
    by = SelfAttribute("household.interviewer")


class SurveyAnswerFactory(DjangoModelFactory):
    """“Satisfied”, of a household that has just answered."""

    class Meta:
        model = SurveyAnswer

    question = SubFactory(SurveyQuestionFactory, per_project=False, survey__status="drawn")
    survey = SelfAttribute("question.survey")
    level = 4

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """Questions are written before a survey starts; a household that has answered stands behind each answer."""
        kwargs["survey"].status = "under_way"
        kwargs["survey"].save(update_fields=["status"])
        SurveyHouseholdFactory(status="answered", survey=kwargs["survey"])
        return super()._create(model_class, *args, **kwargs)


class SurveyResultFactory(DjangoModelFactory):
    """Eight answers, three quarters of full marks."""

    class Meta:
        model = models.SurveyResult

    survey = SubFactory(SurveyFactory, status="closed")
    rating = SubFactory(RatingFactory, round=SelfAttribute("..survey.round"), region=SelfAttribute("..survey.region"))
    indicator = SubFactory(IndicatorFactory, scheme=SelfAttribute("..survey.round.scheme"))
    answers = 8
    share = Decimal("0.75")
    mark = Decimal("7.5")
