from datetime import date

from django.utils.timezone import now
from factory import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from projects import models

from .communities import RegionFactory, UserFactory

__all__ = [
    "AgreementFactory",
    "BudgetLineFactory",
    "MilestoneFactory",
    "MilestoneReportFactory",
    "ObjectionFactory",
    "ProjectFactory",
    "PublicNoticeFactory",
]


class ProjectFactory(DjangoModelFactory):
    """A draft without a call, budget or milestones; `status=` puts it further on."""

    class Meta:
        model = models.Project

    region = SubFactory(RegionFactory)
    status = "draft"
    team = SubFactory("tests.factories.TeamFactory", region=SelfAttribute("..region"))
    scene = SubFactory("tests.factories.SceneFactory")
    field = SubFactory("tests.factories.FieldFactory")
    mode = SubFactory("tests.factories.CooperationModeFactory")
    title = Sequence("项目{}".format)
    goals = "让老人吃上热饭"
    beneficiaries = "社区老人"
    plan = "每周三次送餐"


class BudgetLineFactory(DjangoModelFactory):
    class Meta:
        model = models.BudgetLine

    project = SubFactory(ProjectFactory)
    purpose = Sequence("支出{}".format)
    amount = 100
    source = "own"


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = models.Milestone

    project = SubFactory(ProjectFactory)
    title = Sequence("里程碑{}".format)
    due_on = date(2026, 12, 1)
    evidence = "照片与名单"


class MilestoneReportFactory(DjangoModelFactory):
    """A report of a milestone of a running project."""

    class Meta:
        model = models.MilestoneReport

    region = SubFactory(RegionFactory)
    status = "submitted"
    milestone = SubFactory(MilestoneFactory, project__region=SelfAttribute("...region"), project__status="running")
    text = "办了三场活动"


class PublicNoticeFactory(DjangoModelFactory):
    """A notice of a noticed project, running in the week of 9 November 2026."""

    class Meta:
        model = models.PublicNotice

    region = SubFactory(RegionFactory)
    status = "running"
    project = SubFactory(ProjectFactory, region=SelfAttribute("..region"), status="noticed")
    starts_on = date(2026, 11, 9)
    ends_on = date(2026, 11, 13)


class ObjectionFactory(DjangoModelFactory):
    class Meta:
        model = models.Objection

    region = SubFactory(RegionFactory)
    status = "open"
    notice = SubFactory(PublicNoticeFactory, region=SelfAttribute("..region"))
    author = SubFactory(UserFactory)
    text = "收费太高"


class AgreementFactory(DjangoModelFactory):
    """An agreement of a project whose notice has finished, as the database demands; signed when its status says so."""

    class Meta:
        model = models.Agreement

    class Params:
        is_signed = LazyAttribute(lambda o: o.status not in {"draft", "cancelled"})

    region = SubFactory(RegionFactory)
    status = "draft"
    project = SubFactory(ProjectFactory, region=SelfAttribute("..region"), status="noticed")
    year = 2026
    serial = Sequence(lambda n: n + 1)
    starts_on = date(2026, 12, 1)
    ends_on = date(2027, 5, 31)
    mode = SelfAttribute("project.mode")
    team_signed_by = LazyAttribute(lambda o: UserFactory() if o.is_signed else None)
    team_signed_at = LazyAttribute(lambda o: now() if o.is_signed else None)
    community_signed_by = LazyAttribute(lambda o: UserFactory() if o.is_signed else None)
    community_signed_at = LazyAttribute(lambda o: now() if o.is_signed else None)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        project = kwargs["project"]
        if not kwargs.get("renews") and not models.PublicNotice.objects.filter(project=project).exists():
            PublicNoticeFactory(project=project, region=project.region, status="finished")
        return super()._create(model_class, *args, **kwargs)
