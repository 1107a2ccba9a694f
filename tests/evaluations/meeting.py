"""An evaluation meeting for the tests: a closed round, its committee of eight, and how they vote."""

from datetime import timedelta

from django.utils.timezone import now

from evaluations.services import agendas, meetings, rounds, seats
from tests.evaluations.season import SEATS, drafted_round, hand_in, official_of, running_project


def closed_round_of(street, community, *, projects=2, groups=(*SEATS, *SEATS)):
    official = official_of(street)
    for _number in range(projects):
        running_project(community)
    round_ = drafted_round(
        street, official, closes_at=now() + timedelta(days=7), seats=groups, confirmed_by_meeting=True
    )
    rounds.open_(round_, by=official)
    hand_in(round_, 8, 9)
    rounds.close(round_, by=official)
    return round_, official


def planned(round_, official):
    return meetings.plan(round_, starts_at=now(), place="街道二楼会议室", by=official)


def opened(round_, official, *, present=8):
    """A meeting under way with so many of its members there."""
    meeting = planned(round_, official)
    meetings.open_(meeting, by=official)
    for seat in meeting.seats.all()[:present]:
        seats.arrive(seat, by=seat.member.user)
    return meeting


def voted(item, official, *choices):
    """Put an item to the vote; the members present vote in their order, then it is decided."""
    agendas.open_vote(item, by=official)
    for seat, choice in zip(item.meeting.seats.present(), choices, strict=False):
        agendas.vote(item, choice=choice, by=seat.member.user)
    agendas.decide(item, by=official)
    return item
