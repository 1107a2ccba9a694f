from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils.timezone import localdate

from communities.grants import Role
from tests.factories import (
    CooperationModeFactory,
    FieldFactory,
    SceneFactory,
    TeamContactFactory,
    TeamFactory,
)


@pytest.fixture
def staff(person, community):
    return person(Role.COMMUNITY_STAFF, community, name="社区小李")


@pytest.fixture
def stranger(person, neighbour):
    """Staff of the community next door."""
    return person(Role.COMMUNITY_STAFF, neighbour, name="邻居小王")


@pytest.fixture
def team(community):
    return TeamFactory(region=community, name="夕阳红助餐队")


@pytest.fixture
def contact(team):
    return TeamContactFactory(team=team).user


@pytest.fixture
def words():
    """What a proposal says."""
    return {
        "title": "一碗热汤",
        "scene": SceneFactory(),
        "field": FieldFactory(),
        "mode": CooperationModeFactory(),
        "goals": "让独居老人吃上热饭",
        "beneficiaries": "六十位独居老人",
        "plan": "每周三次送餐上门",
        "share_returned": 20,
    }


@pytest.fixture
def parts():
    """A budget and a milestone that can be handed in."""
    return {
        "lines": [
            {"purpose": "食材", "amount": "600.00", "source": "call"},
            {"purpose": "餐具", "amount": "150.50", "source": "own"},
        ],
        "milestones": [
            {"title": "第一个月", "due_on": localdate() + timedelta(days=30), "evidence": "签收名单"},
        ],
    }


@pytest.fixture
def time_machine_at():
    """Travel: `time_machine_at("2026-12-24T09:00+08:00")`."""
    travels = []

    def go(moment):
        travel = time_machine.travel(datetime.fromisoformat(moment), tick=False)
        travel.start()
        travels.append(travel)

    yield go
    for travel in reversed(travels):
        travel.stop()
