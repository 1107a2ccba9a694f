"""Who tries what through the API."""

import pytest

from communities.grants import Role


@pytest.fixture
def staff(api, person, community):
    return api(person(Role.COMMUNITY_STAFF, community))


@pytest.fixture
def outsiders(api, person, community, neighbour):
    """Those who must not: staff next door, an observer here, a volunteer here, a stranger."""
    others = [(Role.COMMUNITY_STAFF, neighbour), (Role.OBSERVER, community), (Role.VOLUNTEER, community)]
    return [api(person(role, region)) for role, region in others] + [api()]
