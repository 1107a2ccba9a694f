"""What does not exist is told before what is wrong with the request: nobody learns of a stranger's thing by a 400."""

import pytest

from communities.grants import Role
from config.api import router
from tests.factories import RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db
UNKNOWN = 987_654_321
MOVES = [
    (prefix, action)
    for prefix, viewset, _name in router.registry
    for action in viewset.get_extra_actions()
    if action.detail and "post" in action.mapping
]


@pytest.fixture
def everybody(street):
    """Somebody who holds every role here."""
    user = UserFactory()
    for role in Role:
        RoleAssignmentFactory(role=role, region=street, user=user)
    return user


@pytest.mark.parametrize(("prefix", "action"), MOVES, ids=[f"{p}/{a.url_path}" for p, a in MOVES])
def test_an_unknown_thing_is_unknown_whatever_is_sent(api, everybody, prefix, action):
    answer = api(everybody).post(f"/api/v1/{prefix}/{UNKNOWN}/{action.url_path}/", {"nonsense": [None]})

    assert answer.status_code == 404
