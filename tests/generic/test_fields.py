"""Which fields a request may write: never what only a service decides, and never a thing's way into another place."""

import pytest
from django.http import HttpRequest
from rest_framework.request import Request

from communities.grants import GRANTS, Role
from communities.models import Lifecycle
from config.api import router
from tests.factories import RoleAssignmentFactory, UserFactory
from tests.generic import make_in

pytestmark = pytest.mark.django_db
WRITING = ("create", "update", "partial_update")
WRITERS = [
    pytest.param(viewset, id=prefix)
    for prefix, viewset, _basename in router.registry
    if getattr(viewset, "queryset", None) is not None and any(action in viewset.perms for action in WRITING)
]


def writable(viewset):
    """The fields that a request may write, by every serializer of its own that this viewset takes bodies with."""
    for action in WRITING:
        if action in viewset.perms:
            asked = Request(HttpRequest())
            asked.user = UserFactory()
            made = viewset(action=action, request=asked, format_kwarg=None)
            yield from (name for name, field in made.get_serializer().fields.items() if not field.read_only)


@pytest.mark.parametrize("viewset", WRITERS)
def test_what_a_service_decides_is_not_written_by_a_request(viewset):
    model = viewset.queryset.model
    decided = {field.name for field in model._meta.concrete_fields if not field.editable}
    if issubclass(model, Lifecycle):
        decided.add("status")

    assert decided & set(writable(viewset)) == set()


CHANGERS = [
    pytest.param(prefix, viewset, id=prefix)
    for prefix, viewset, _basename in router.registry
    if getattr(viewset, "queryset", None) is not None
    and "partial_update" in viewset.perms
    and hasattr(viewset.queryset.model, "region")
]


@pytest.mark.parametrize(("prefix", "viewset"), CHANGERS)
def test_nothing_is_moved_into_another_place(api, community, neighbour, city, prefix, viewset):
    model, perm = viewset.queryset.model, viewset.perms["partial_update"]

    for role in [role for role in Role if role in GRANTS[perm]]:
        row, mover = make_in(model, community), RoleAssignmentFactory(role=role, region=community).user
        for place in (neighbour, city):
            api(mover).patch(f"/api/v1/{prefix}/{row.pk}/", {"region": place.code})
            row.refresh_from_db()
            assert row.region == community, role
