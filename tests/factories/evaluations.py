from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils.timezone import get_current_timezone, localdate, now
from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from evaluations import models

from .communities import RegionFactory, UserFactory
from .projects import ProjectFactory
from .uploads import UploadFactory

__all__ = [
    "AssignmentFactory",
    "AssignmentPlanFactory",
    "BrandListingFactory",
    "CommitteeFactory",
    "CommitteeMemberFactory",
    "DeclarationFactory",
    "EvaluationRoundFactory",
    "EvaluatorGroupFactory",
    "GateFactory",
    "HonourEntryFactory",
    "HonourFactory",
    "IndicatorFactory",
    "MarkChangeFactory",
    "MarkFactory",
    "MarkPhotoFactory",
    "RatingFactory",
    "RatingRhythmFactory",
    "RecusalFactory",
    "ReminderFactory",
    "ReminderHoldFactory",
    "SchemeFactory",
    "ScoreSheetFactory",
]


class SchemeFactory(DjangoModelFactory):
    """A scheme without groups and indicators; those are added while it is a draft."""

    class Meta:
        model = models.Scheme

    region = SubFactory(RegionFactory, level="street")
    status = "draft"
    name = Sequence("考评方案{}".format)


class EvaluatorGroupFactory(DjangoModelFactory):
    class Meta:
        model = models.EvaluatorGroup

    scheme = SubFactory(SchemeFactory)
    code = "street"
    weight = Decimal(100)


class IndicatorFactory(DjangoModelFactory):
    """A leaf of 10 points and 10 full marks; `groups` are added by the test."""

    class Meta:
        model = models.Indicator

    scheme = SubFactory(SchemeFactory)
    code = Sequence("A{}".format)
    name = Sequence("指标{}".format)
    weight = Decimal(10)
    full = Decimal(10)


class GateFactory(DjangoModelFactory):
    """No 4A without 6 points of an indicator."""

    class Meta:
        model = models.Gate

    scheme = SubFactory(SchemeFactory)
    indicator = SubFactory(IndicatorFactory, scheme=SelfAttribute("..scheme"))
    grade = "4A"
    at_least = Decimal(6)


class CommitteeFactory(DjangoModelFactory):
    class Meta:
        model = models.Committee

    region = SubFactory(RegionFactory, level="street")
    status = "active"
    name = Sequence("考评管理委员会{}".format)


class CommitteeMemberFactory(DjangoModelFactory):
    class Meta:
        model = models.CommitteeMember

    committee = SubFactory(CommitteeFactory)
    user = SubFactory(UserFactory)
    group = "street"
    since = date(2026, 1, 1)


class RecusalFactory(DjangoModelFactory):
    class Meta:
        model = models.Recusal

    region = SubFactory(RegionFactory, level="street")
    user = SubFactory(UserFactory)
    project = SubFactory(ProjectFactory)
    reason = "亲属在队伍中任职"
    by = SelfAttribute("user")
    at = LazyFunction(now)


class EvaluationRoundFactory(DjangoModelFactory):
    """A round of the first half of 2026 that is open for two weeks from now."""

    class Meta:
        model = models.EvaluationRound

    region = SubFactory(RegionFactory, level="street")
    status = "open"
    title = Sequence("考评轮次{}".format)
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 6, 30)
    committee = SubFactory(CommitteeFactory, region=SelfAttribute("..region"))
    scheme = SubFactory(SchemeFactory, region=SelfAttribute("..region"))
    closes_at = LazyFunction(lambda: now() + timedelta(days=14))
    announced_at = LazyAttribute(lambda o: now() if o.status in ("announced", "published") else None)
    appeals_until = LazyAttribute(lambda o: localdate() + timedelta(days=10) if o.announced_at else None)


class RatingFactory(DjangoModelFactory):
    """A project that waits for marks; with `status="final"` it has 85 points and 4A."""

    class Meta:
        model = models.Rating

    class Params:
        is_final = LazyAttribute(lambda o: o.status == "final")

    region = SubFactory(RegionFactory)
    status = "pending"
    round = SubFactory(EvaluationRoundFactory)
    project = SubFactory(ProjectFactory, region=SelfAttribute("..region"), status="running")
    total = LazyAttribute(lambda o: Decimal(85) if o.is_final else None)
    grade = LazyAttribute(lambda o: "4A" if o.is_final else "")
    input_hash = LazyAttribute(lambda o: "0" * 64 if o.is_final else "")
    final_at = LazyAttribute(lambda o: datetime(2026, 7, 15, 9, tzinfo=get_current_timezone()) if o.is_final else None)


class AssignmentPlanFactory(DjangoModelFactory):
    """A plan of a draft round, in which nothing is assigned yet."""

    class Meta:
        model = models.AssignmentPlan

    round = SubFactory(EvaluationRoundFactory, status="draft")
    seed = "2026"
    drawn_at = LazyFunction(now)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = models.Assignment

    plan = SubFactory(AssignmentPlanFactory)
    rating = SubFactory(RatingFactory, round=SelfAttribute("..plan.round"))
    member = SubFactory(CommitteeMemberFactory, committee=SelfAttribute("..plan.round.committee"))


class DeclarationFactory(DjangoModelFactory):
    """No interest in a project of an open round."""

    class Meta:
        model = models.Declaration
        django_get_or_create = ("rating", "member")

    rating = SubFactory(RatingFactory)
    member = SubFactory(CommitteeMemberFactory, committee=SelfAttribute("..rating.round.committee"))
    has_interest = False
    at = LazyFunction(now)


class ScoreSheetFactory(DjangoModelFactory):
    """A draft without marks in an open round, of a member who declared to have no interest."""

    class Meta:
        model = models.ScoreSheet

    region = SubFactory(RegionFactory)
    status = "draft"
    rating = SubFactory(RatingFactory, region=SelfAttribute("..region"))
    member = SubFactory(CommitteeMemberFactory, committee=SelfAttribute("..rating.round.committee"))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        DeclarationFactory(rating=kwargs["rating"], member=kwargs["member"])
        return super()._create(model_class, *args, **kwargs)


class MarkFactory(DjangoModelFactory):
    """8 for an indicator of the round's scheme."""

    class Meta:
        model = models.Mark

    sheet = SubFactory(ScoreSheetFactory)
    indicator = SubFactory(IndicatorFactory, scheme=SelfAttribute("..sheet.rating.round.scheme"))
    value = Decimal(8)


class BrandListingFactory(DjangoModelFactory):
    class Meta:
        model = models.BrandListing

    region = SubFactory(RegionFactory)
    status = "listed"
    rating = SubFactory(RatingFactory, region=SelfAttribute("..region"), status="final")
    project = SelfAttribute("rating.project")
    grade = SelfAttribute("rating.grade")
    listed_on = LazyFunction(localdate)
    until = LazyAttribute(lambda o: o.listed_on + timedelta(days=365))


class RatingRhythmFactory(DjangoModelFactory):
    class Meta:
        model = models.RatingRhythm

    region = SubFactory(RegionFactory, level="street")
    next_on = date(2026, 7, 1)


class ReminderFactory(DjangoModelFactory):
    class Meta:
        model = models.Reminder

    round = SubFactory(EvaluationRoundFactory)
    member = SubFactory(CommitteeMemberFactory, committee=SelfAttribute("..round.committee"))
    day = LazyFunction(localdate)


class ReminderHoldFactory(DjangoModelFactory):
    class Meta:
        model = models.ReminderHold

    region = SubFactory(RegionFactory, level="street")
    status = "standing"
    round = SubFactory(EvaluationRoundFactory, region=SelfAttribute("..region"))
    reason = "系统升级"


class HonourFactory(DjangoModelFactory):
    class Meta:
        model = models.Honour

    region = SubFactory(RegionFactory, level="street")
    status = "draft"
    title = Sequence("十佳小巷队伍{}".format)
    year = 2026


class HonourEntryFactory(DjangoModelFactory):
    """On the shortlist of an honour of its own, with 4A."""

    class Meta:
        model = models.HonourEntry

    region = SubFactory(RegionFactory)
    status = "shortlisted"
    honour = SubFactory(HonourFactory, status="shortlisted")
    rating = SubFactory(RatingFactory, region=SelfAttribute("..region"), status="final")
    project = SelfAttribute("rating.project")
    grade = SelfAttribute("rating.grade")
    rank = 1


class MarkChangeFactory(DjangoModelFactory):
    """8, as a device sent it."""

    class Meta:
        model = models.MarkChange

    sheet = SubFactory(ScoreSheetFactory)
    indicator = SubFactory(IndicatorFactory, scheme=SelfAttribute("..sheet.rating.round.scheme"))
    key = LazyFunction(uuid4)
    value = Decimal(8)
    at = LazyFunction(now)


class MarkPhotoFactory(DjangoModelFactory):
    """A photo without a place."""

    class Meta:
        model = models.MarkPhoto

    sheet = SubFactory(ScoreSheetFactory)
    indicator = SubFactory(IndicatorFactory, scheme=SelfAttribute("..sheet.rating.round.scheme"))
    key = LazyFunction(uuid4)
    upload = SubFactory(UploadFactory, name="photo.jpg", kind="jpeg")
    at = LazyFunction(now)
