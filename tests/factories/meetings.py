"""Evaluation meetings, made as the database lets them come about."""

from datetime import timedelta

from django.utils.timezone import now
from factory import LazyFunction, SelfAttribute, SubFactory
from factory.django import DjangoModelFactory

from evaluations import models

from .communities import RegionFactory
from .evaluations import CommitteeMemberFactory, EvaluationRoundFactory, RatingFactory

__all__ = ["AgendaItemFactory", "EvaluationMeetingFactory", "GradeVoteFactory", "MeetingSeatFactory"]

OPENED = {"members": 1, "quorum_needed": 1, "majority_needed": 1}
VOTED_ON = {"total": "84.00", "grade": "4A", "input_hash": "0" * 64}


class EvaluationMeetingFactory(DjangoModelFactory):
    """A meeting that is planned for tomorrow; one that is further has nobody in it, and would need one vote."""

    class Meta:
        model = models.EvaluationMeeting

    region = SubFactory(RegionFactory, level="street")
    status = "planned"
    round = SubFactory(EvaluationRoundFactory, region=SelfAttribute("..region"), status="closed")
    starts_at = LazyFunction(lambda: now() + timedelta(days=1))
    place = "街道二楼会议室"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        if kwargs["status"] != "planned":
            kwargs = {**OPENED, "opened_at": now(), **kwargs}
        return super()._create(model_class, *args, **kwargs)


class MeetingSeatFactory(DjangoModelFactory):
    """Somebody who is invited, and, with `present_at`, there."""

    class Meta:
        model = models.MeetingSeat

    meeting = SubFactory(EvaluationMeetingFactory)
    member = SubFactory(CommitteeMemberFactory, committee=SelfAttribute("..meeting.round.committee"))

    @classmethod
    def _create(cls, model_class, *args, present_at=None, **kwargs):
        meeting = kwargs["meeting"]
        rows, status = models.EvaluationMeeting.objects.filter(pk=meeting.pk), meeting.status
        rows.filter(status="planned").exists() or reopened(meeting, "planned")
        seat = super()._create(model_class, *args, **kwargs)
        if status != "planned" or present_at:
            reopened(meeting, "under_way")
        if present_at:
            models.MeetingSeat.objects.filter(pk=seat.pk).update(present_at=present_at)
        if status not in {"planned", "under_way"}:
            reopened(meeting, status)
        seat.refresh_from_db()
        return seat


def reopened(meeting, status):
    """Put a meeting into a status past its lifecycle, as only a test may."""
    rows = models.EvaluationMeeting.objects.filter(pk=meeting.pk)
    if rows.filter(opened_at=None).exists():
        rows.update(opened_at=now(), **OPENED)
    rows.update(status=status)
    meeting.refresh_from_db()


class AgendaItemFactory(DjangoModelFactory):
    """A project on the agenda of a meeting under way, with one member present; further on it has that member's vote."""

    class Meta:
        model = models.AgendaItem

    region = SubFactory(RegionFactory)
    status = "waiting"
    meeting = SubFactory(EvaluationMeetingFactory, region=SelfAttribute("..region"), status="under_way")
    rating = SubFactory(RatingFactory, round=SelfAttribute("..meeting.round"), region=SelfAttribute("..region"))
    order = 1

    @classmethod
    def _create(cls, model_class, *args, status, **kwargs):
        seat = MeetingSeatFactory(meeting=kwargs["meeting"], present_at=now())
        item = super()._create(model_class, *args, status="waiting", **kwargs)
        rows = models.AgendaItem.objects.filter(pk=item.pk)
        if status in {"voting", "confirmed", "rejected"}:
            rows.update(status="voting", voting_at=now(), **VOTED_ON)
            models.GradeVote.objects.create(item=item, seat=seat, choice="for", at=now(), by=seat.member.user)
        if status in {"confirmed", "rejected"}:
            rows.update(status=status, decided_at=now(), votes_for=1, votes_against=0, abstentions=0)
        elif status not in {"waiting", "voting"}:
            rows.update(status=status)
        item.refresh_from_db()
        return item


class GradeVoteFactory(DjangoModelFactory):
    """A vote for a grade that is being voted on."""

    class Meta:
        model = models.GradeVote

    item = SubFactory(AgendaItemFactory, status="voting")
    seat = SubFactory(MeetingSeatFactory, meeting=SelfAttribute("..item.meeting"), present_at=LazyFunction(now))
    choice = "for"
    at = LazyFunction(now)
    by = SelfAttribute("seat.member.user")
