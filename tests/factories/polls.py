from datetime import timedelta

from django.utils.timezone import now
from factory import LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from projects import models
from projects.models.ballots import Ballot

from .communities import RegionFactory, ResidentFactory, UserFactory
from .projects import ProjectFactory

__all__ = [
    "BallotFactory",
    "ExpertFactory",
    "KioskFactory",
    "ListedVoterFactory",
    "PaperEntryFactory",
    "PaperSheetFactory",
    "PollFactory",
    "PollOptionFactory",
    "PollResultFactory",
    "PresenceFactory",
    "PresentationFactory",
    "RoadshowEntryFactory",
    "RoadshowFactory",
    "SubstitutionFactory",
    "TurnoutFactory",
    "VoterRollEntryFactory",
    "VotingSlipFactory",
]


class RoadshowFactory(DjangoModelFactory):
    """A draft of a roadshow next week; `status=` puts it further on."""

    class Meta:
        model = models.Roadshow

    region = SubFactory(RegionFactory)
    status = "draft"
    title = Sequence("第{}次项目路演会".format)
    place = "社区礼堂"
    starts_at = LazyFunction(lambda: now() + timedelta(days=7))


class RoadshowEntryFactory(DjangoModelFactory):
    class Meta:
        model = models.RoadshowEntry

    roadshow = SubFactory(RoadshowFactory)
    project = SubFactory(ProjectFactory, region=SelfAttribute("..roadshow.region"), status="in_roadshow")
    order = Sequence(lambda n: n + 1)


class PollFactory(DjangoModelFactory):
    """A draft of a poll that lasts from an hour ago to an hour from now; `status=` puts it further on."""

    class Meta:
        model = models.Poll

    region = SubFactory(RegionFactory)
    status = "draft"
    roadshow = SubFactory(RoadshowFactory, region=SelfAttribute("..region"), status="announced")
    max_choices = 1
    winners = 1
    places = 1
    quorum = 0
    opens_at = LazyFunction(lambda: now() - timedelta(hours=1))
    closes_at = LazyFunction(lambda: now() + timedelta(hours=1))


class PollOptionFactory(DjangoModelFactory):
    class Meta:
        model = models.PollOption

    poll = SubFactory(PollFactory, status="announced")
    project = SubFactory(ProjectFactory, region=SelfAttribute("..poll.region"), status="in_roadshow")
    order = Sequence(lambda n: n + 1)


class VoterRollEntryFactory(DjangoModelFactory):
    class Meta:
        model = models.VoterRollEntry

    poll = SubFactory(PollFactory, status="announced")
    resident = SubFactory(ResidentFactory, region=SelfAttribute("..poll.region"), user=SubFactory(UserFactory))
    user = SelfAttribute("resident.user")


def _opened(poll):
    """The database takes turnout and ballots of an open poll only."""
    models.Poll.objects.filter(pk=poll.pk).update(status="open")
    poll.refresh_from_db()


class TurnoutFactory(DjangoModelFactory):
    class Meta:
        model = models.Turnout

    entry = SubFactory(VoterRollEntryFactory)
    poll = SelfAttribute("entry.poll")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        _opened(kwargs["poll"])
        return super()._create(model_class, *args, **kwargs)


class BallotFactory(DjangoModelFactory):
    class Meta:
        model = Ballot

    poll = SubFactory(PollFactory, status="open")
    choices = ()
    key_hash = Sequence("{:064}".format)
    receipt = Sequence("{:012}".format)


class PollResultFactory(DjangoModelFactory):
    class Meta:
        model = models.PollResult

    poll = SubFactory(PollFactory, status="closed")
    project = SubFactory(ProjectFactory, region=SelfAttribute("..poll.region"), status="in_roadshow")
    votes = 0
    rank = 1
    outcome = "not_chosen"


class SubstitutionFactory(DjangoModelFactory):
    class Meta:
        model = models.Substitution

    poll = SubFactory(PollFactory)
    absent = SubFactory(ResidentFactory, region=SelfAttribute("..poll.region"), is_representative=True)
    substitute = SubFactory(ResidentFactory, region=SelfAttribute("..poll.region"))
    reason = "出差"


class ListedVoterFactory(DjangoModelFactory):
    class Meta:
        model = models.ListedVoter

    poll = SubFactory(PollFactory, electorate="list")
    resident = SubFactory(ResidentFactory, region=SelfAttribute("..poll.region"))


class ExpertFactory(DjangoModelFactory):
    class Meta:
        model = models.Expert

    poll = SubFactory(PollFactory, expert_weight=30)
    user = SubFactory(UserFactory)


class PresenceFactory(DjangoModelFactory):
    class Meta:
        model = models.Presence

    poll = SubFactory(PollFactory, status="announced")
    resident = SubFactory(ResidentFactory, region=SelfAttribute("..poll.region"))
    how = "staff"


class PresentationFactory(DjangoModelFactory):
    class Meta:
        model = models.Presentation

    roadshow = SubFactory(RoadshowFactory, status="announced")
    project = SubFactory(ProjectFactory, region=SelfAttribute("..roadshow.region"), status="in_roadshow")
    phase = "speaking"
    by = SubFactory(UserFactory)


class VotingSlipFactory(DjangoModelFactory):
    class Meta:
        model = models.VotingSlip

    poll = SubFactory(PollFactory, status="announced")
    resident = SubFactory(ResidentFactory, region=SelfAttribute("..poll.region"))
    secret_hash = Sequence("{:064}".format)
    code_hash = Sequence("{:064}".format)


class KioskFactory(DjangoModelFactory):
    class Meta:
        model = models.Kiosk

    poll = SubFactory(PollFactory, status="announced")
    name = Sequence("{}号投票亭".format)
    secret_hash = Sequence("{:064}".format)


class PaperSheetFactory(DjangoModelFactory):
    class Meta:
        model = models.PaperSheet

    poll = SubFactory(PollFactory, status="counting")
    code = Sequence("{:012}".format)


class PaperEntryFactory(DjangoModelFactory):
    class Meta:
        model = models.PaperEntry

    sheet = SubFactory(PaperSheetFactory)
    by = SubFactory(UserFactory)
    is_spoiled = True
