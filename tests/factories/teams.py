from datetime import timedelta

from django.utils.timezone import localdate, now
from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from teams import models

from .communities import RegionFactory, UserFactory
from .uploads import UploadFactory

__all__ = [
    "AdmissionDocumentFactory",
    "AdmissionFactory",
    "CooperationModeFactory",
    "FieldFactory",
    "RecruitmentCallFactory",
    "SceneFactory",
    "TeamContactFactory",
    "TeamFactory",
    "TeamMemberFactory",
    "TeamTypeFactory",
]


class WordFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    code = Sequence("word-{}".format)
    name = Sequence("词{}".format)
    name_en = Sequence("Word {}".format)


class TeamTypeFactory(WordFactory):
    class Meta:
        model = models.TeamType


class SceneFactory(WordFactory):
    class Meta:
        model = models.Scene


class FieldFactory(WordFactory):
    class Meta:
        model = models.Field


class CooperationModeFactory(WordFactory):
    class Meta:
        model = models.CooperationMode


class RecruitmentCallFactory(DjangoModelFactory):
    """A published call that is open today."""

    class Meta:
        model = models.RecruitmentCall

    region = SubFactory(RegionFactory)
    status = models.RecruitmentCall.Status.PUBLISHED
    title = Sequence("招募令{}".format)
    scene = SubFactory(SceneFactory)
    field = SubFactory(FieldFactory)
    need = "老人要有人陪着散步。"
    opens_on = LazyFunction(localdate)
    closes_on = LazyAttribute(lambda call: call.opens_on + timedelta(days=14))


class AdmissionFactory(DjangoModelFactory):
    """A complete application that was handed in."""

    class Meta:
        model = models.Admission

    region = SubFactory(RegionFactory)
    status = models.Admission.Status.SUBMITTED
    applicant = SubFactory(UserFactory)
    name = Sequence("巷陌服务队{}".format)
    kind = models.Admission.Kind.SOCIAL_ORGANISATION
    standing = models.Admission.Standing.INDIVIDUAL
    team_type = SubFactory(TeamTypeFactory)
    contact_name = "某联系人"
    contact_phone = Sequence("+8613{:09}".format)
    introduction = "我们帮邻居修东西。"
    submitted_at = LazyFunction(now)
    recommendation = LazyAttribute(lambda a: "材料齐全。" if a.status in {"recommended", "admitted"} else "")


class AdmissionDocumentFactory(DjangoModelFactory):
    class Meta:
        model = models.AdmissionDocument

    admission = SubFactory(AdmissionFactory)
    upload = SubFactory(UploadFactory, by=SelfAttribute("..admission.applicant"))


class TeamFactory(DjangoModelFactory):
    """An active team; `contacts` are added by TeamContactFactory."""

    class Meta:
        model = models.Team

    region = SubFactory(RegionFactory)
    status = models.Team.Status.ACTIVE
    name = Sequence("小巷队{}".format)
    type = SubFactory(TeamTypeFactory)
    admission = SubFactory(
        AdmissionFactory,
        region=SelfAttribute("..region"),
        name=SelfAttribute("..name"),
        team_type=SelfAttribute("..type"),
        status=models.Admission.Status.ADMITTED,
    )
    introduction = "我们帮邻居修东西。"


class TeamContactFactory(DjangoModelFactory):
    class Meta:
        model = models.TeamContact

    team = SubFactory(TeamFactory)
    user = SubFactory(UserFactory)


class TeamMemberFactory(DjangoModelFactory):
    """Somebody who works in a team today."""

    class Meta:
        model = models.TeamMember

    team = SubFactory(TeamFactory)
    name = "某成员"
    phone = Sequence("+8615{:09}".format)
    joined_on = LazyFunction(localdate)
