"""Evenings for tests, made through the services: a roadshow, its poll, and people who vote."""

from datetime import timedelta

from django.utils.timezone import now

from communities.grants import Role
from projects.models import PollOption
from projects.services import ballots, counting, electorates, polls, roadshows
from tests.factories import (
    BudgetLineFactory,
    ProjectFactory,
    RegionFactory,
    ResidentFactory,
    RoleAssignmentFactory,
    UserFactory,
)

RULE = {"max_choices": 2, "winners": 1, "places": 1, "quorum": 0, "electorate": "residents"}


def staff_of(region):
    return RoleAssignmentFactory(role=Role.COMMUNITY_STAFF, region=region).user


def an_evening(region=None, *, projects=3, voters=5, by=None, costs=()):
    """An announced roadshow with accepted projects, in a community with this many residents who can sign in."""
    region = region or RegionFactory()
    by = by or staff_of(region)
    made = [ProjectFactory(region=region, status="accepted", title=f"项目{chr(65 + n)}") for n in range(projects)]
    for project, cost in zip(made, costs, strict=False):
        BudgetLineFactory(project=project, amount=cost, source="call")
    for _number in range(voters):
        ResidentFactory(region=region, user=UserFactory())
    fields = {"title": "秋季项目路演会", "place": "社区礼堂", "starts_at": now() + timedelta(hours=1)}
    roadshow = roadshows.plan(region, by=by, **fields)
    roadshows.arrange(roadshow, order=made, by=by)
    roadshows.announce(roadshow, by=by)
    return roadshow


def a_poll(region=None, *, projects=3, voters=5, by=None, costs=(), experts=(), **rule):
    """An announced poll that opens now and closes in an hour."""
    roadshow = an_evening(region, projects=projects, voters=voters, by=by, costs=costs)
    by = by or staff_of(roadshow.region)
    times = {"opens_at": now(), "closes_at": now() + timedelta(hours=1)}
    poll = polls.plan(roadshow, by=by, **{**RULE, **times, **rule})
    for user in experts:
        electorates.name_expert(poll, user=user, by=by)
    polls.announce(poll, by=by)
    return poll


def an_open_poll(region=None, **kwargs):
    poll = a_poll(region, **kwargs)
    polls.open_(poll, by=staff_of(poll.region))
    return poll


def voters_of(poll):
    return [entry.user for entry in poll.roll.entitled().people().select_related("user").order_by("pk")]


def options_of(poll):
    return list(PollOption.objects.filter(poll=poll).order_by("order").values_list("project", flat=True))


def vote(poll, *ballots_):
    """Each voter casts one of these ballots, given as places in the order of presentation, by score with the points
    of each; returns the receipts."""
    return [
        ballots.cast(poll, choices=at_places(poll, said), key=ballots.new_key(), by=voter)
        for voter, said in zip(voters_of(poll), ballots_, strict=False)
    ]


def at_places(poll, said):
    """The projects at these places in the order of presentation, with their points where some are given."""
    options = options_of(poll)
    if isinstance(said, dict):
        return {options[n - 1]: points for n, points in said.items()}
    return [options[n - 1] for n in said]


def outcomes_of(poll):
    """What became of each project, in the order of presentation."""
    return [poll.results.get(project=project).outcome for project in options_of(poll)]


def settle(poll, *, seed=""):
    counting.settle(poll, by=staff_of(poll.region), seed=seed)


def close(poll, *, by=None):
    polls.close(poll, by=by or staff_of(poll.region), reason="所有人已投票")


def receipt_on(page):
    """The receipt code that a page shows."""
    return page.content.decode().partition('class="code">')[2].partition("<")[0]
