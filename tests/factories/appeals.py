from datetime import timedelta

from django.utils.timezone import localdate, now
from factory import LazyAttribute, LazyFunction, SelfAttribute, SubFactory
from factory.django import DjangoModelFactory

from evaluations import models

from .communities import RegionFactory
from .evaluations import CommitteeMemberFactory, RatingFactory, RecusalFactory
from .teams import TeamContactFactory

__all__ = ["AppealCorrectionFactory", "AppealFactory", "ChallengeFactory", "ReviewerFactory"]


class AppealFactory(DjangoModelFactory):
    """An appeal of today against an announced grade; one under review has three reviewers, a decided one their word."""

    class Meta:
        model = models.Appeal

    region = SubFactory(RegionFactory)
    status = "filed"
    rating = SubFactory(RatingFactory, region=SelfAttribute("..region"), status="announced", round__status="announced")
    author = LazyAttribute(lambda o: TeamContactFactory(team=o.rating.project.team).user)
    reason = "扣分依据与事实不符"
    filed_at = LazyFunction(now)
    due_on = LazyFunction(lambda: localdate() + timedelta(days=14))

    @classmethod
    def _create(cls, model_class, *args, status, **fields):
        looked_into = status in {"under_review", "upheld", "dismissed"}
        appeal = super()._create(model_class, *args, status="filed" if looked_into else status, **fields)
        if looked_into:
            for _number in range(3):
                ReviewerFactory(appeal=appeal)
            move_to(appeal, "under_review")
        if status in {"upheld", "dismissed"}:
            opined(appeal, upholds=status == "upheld")
            move_to(appeal, status, answer="经复核", decided_at=now())
        return appeal


def move_to(appeal, status, **fields):
    models.Appeal.objects.filter(pk=appeal.pk).update(status=status, **fields)
    appeal.refresh_from_db()


def opined(appeal, *, upholds):
    """Its reviewers have all said the same, and what is upheld is corrected."""
    said = {"upholds": upholds, "words": "已核对", "given_at": now()}
    appeal.reviewers.filter(status="named").update(status="given", **said)
    if upholds:
        AppealCorrectionFactory(appeal=appeal)


class ReviewerFactory(DjangoModelFactory):
    """A member of the round's committee who has given no opinion yet."""

    class Meta:
        model = models.Reviewer

    class Params:
        is_given = LazyAttribute(lambda o: o.status == "given")

    appeal = SubFactory(AppealFactory, status="under_review")
    region = SelfAttribute("appeal.region")
    status = "named"
    member = SubFactory(CommitteeMemberFactory, committee=SelfAttribute("..appeal.rating.round.committee"))
    upholds = LazyAttribute(lambda o: True if o.is_given else None)
    words = LazyAttribute(lambda o: "已核对" if o.is_given else "")
    given_at = LazyAttribute(lambda o: now() if o.is_given else None)


class ChallengeFactory(DjangoModelFactory):
    class Meta:
        model = models.Challenge

    appeal = SubFactory(AppealFactory)
    member = SubFactory(CommitteeMemberFactory, committee=SelfAttribute("..appeal.rating.round.committee"))
    number = 1


class AppealCorrectionFactory(DjangoModelFactory):
    """A recusal as the correction of an appeal under review."""

    class Meta:
        model = models.AppealCorrection

    appeal = SubFactory(AppealFactory, status="under_review")
    number = 1
    recusal = SubFactory(RecusalFactory, project=SelfAttribute("..appeal.rating.project"))
