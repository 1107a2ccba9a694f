"""Every list of the API takes as many queries for three rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.grants import ANYONE, GRANTS, Role
from communities.models import Region, ScopedQuerySet
from config.api import router
from tests.factories import RegionFactory, RoleAssignmentFactory, UserFactory
from tests.generic import NUMBERS, SCOPED, make, make_in

LISTS = [
    pytest.param(name, viewset, id=name)
    for name, viewset, _basename in router.registry
    if hasattr(viewset, "list") and getattr(viewset, "queryset", None) is not None and viewset.queryset.model in SCOPED
]

pytestmark = pytest.mark.django_db


def add_row(viewset, user, region):
    """A row that this user may list."""
    model = viewset.queryset.model
    queryset = model._default_manager.all()
    if model is Region:
        return RegionFactory(parent=region.parent)
    held = GRANTS[viewset.perms["list"]]
    # Of some things, roles see only later what their owner sees from the first.
    own_first = type(queryset).for_user is not ScopedQuerySet.for_user and queryset.owner_lookups not in {(), ("pk",)}
    if held & {*Role.values, ANYONE} and not own_first:
        # Of some things a region has one: each row lies in a community of its own, below where the user's roles hold.
        return make_in(model, RegionFactory(parent=region.parent))
    if model.__name__ == "Consent":
        return make(model, user=user, version=str(next(NUMBERS)))
    return make(model, **{queryset.owner_lookups[0]: user})


@pytest.mark.parametrize(("name", "viewset"), LISTS)
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(name, viewset, api, community):
    user = person_with_every_role(community)
    client, url = api(user), f"/api/v1/{name}/"
    seen = []

    add_row(viewset, user, community)
    client.get(url)
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        assert answer.status_code == 200
        seen.append((len(answer.data["results"]), len(queries)))
        add_row(viewset, user, community)
        add_row(viewset, user, community)

    (few, first), (many, second) = seen
    assert 1 <= few < many
    assert first == second, [query["sql"] for query in queries]


def person_with_every_role(region):
    user = UserFactory()
    for role in Role.values:
        RoleAssignmentFactory(user=user, role=role, region=region.parent)
    return user
