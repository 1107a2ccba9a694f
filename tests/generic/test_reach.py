"""Every permission × role × place: a role reaches what the matrix grants it in its region and below, no more."""

import pytest
from django.contrib.auth.models import AnonymousUser

from communities.grants import ANYONE, GRANTS, Role
from communities.models import Region, ScopedQuerySet, SharedQuerySet
from tests.factories import RegionFactory, RoleAssignmentFactory, UserFactory
from tests.generic import SCOPED, make_in

pytestmark = pytest.mark.django_db


def noun_of(perm):
    """The model that a permission is about: the longest name of its app that the permission ends with or contains."""
    app, _dot, rest = perm.partition(".")
    names = [model for model in SCOPED if model._meta.app_label == app and model._meta.model_name in rest.split("_")]
    return max(names, key=lambda model: len(model._meta.model_name), default=None)


def is_by_region(model):
    return type(model._default_manager.all()).for_user is ScopedQuerySet.for_user and (
        type(model._default_manager.all())._below is ScopedQuerySet._below  # noqa: SLF001
    )


PERMS = [pytest.param(perm, noun_of(perm), id=perm) for perm in GRANTS if noun_of(perm) and is_by_region(noun_of(perm))]


@pytest.fixture
def places():
    city = RegionFactory(code="9901", level="city")
    district = RegionFactory(code="990102", level="district", parent=city)
    street = RegionFactory(code="990102003", level="street", parent=district)
    here = RegionFactory(code="990102003004", parent=street)
    sibling = RegionFactory(code="990102003005", parent=street)
    return {"own": here, "above": street, "top": city, "sibling": sibling}


def row_in(model, region):
    lookup = model._default_manager.all().region_lookup
    if model is Region:
        return region
    made = make_in(model, region)
    assert model._default_manager.filter(**{lookup: region}, pk=made.pk).exists()
    return made


@pytest.mark.parametrize(("perm", "model"), PERMS)
def test_a_role_reaches_what_the_matrix_grants_in_its_region_and_below(perm, model, places):
    row, rows, user = row_in(model, places["own"]), model._default_manager, UserFactory()
    public = ANYONE in GRANTS[perm] and rows.all().public().filter(pk=row.pk).exists()
    reached, expected = set(), set()

    codes = {place: region.code for place, region in places.items()}
    # Whoever holds a role only in a part of the row's region reaches it as little as a neighbour.
    codes["below"] = f"{codes['own']}01"
    for place, code in codes.items():
        for role in Role.values:
            user.reach = [(role, code)]
            if rows.for_user(user, perm).filter(pk=row.pk).exists():
                reached.add((role, place))
            if public or (role in GRANTS[perm] and place in {"own", "above", "top"}):
                expected.add((role, place))

    assert reached == expected
    user.reach = []
    assert rows.for_user(user, perm).filter(pk=row.pk).exists() is public
    assert rows.for_user(AnonymousUser(), perm).filter(pk=row.pk).exists() is public


@pytest.mark.parametrize(("perm", "model"), PERMS)
def test_somebody_who_may_no_longer_sign_in_reaches_only_what_is_public(perm, model, places):
    row, rows, user = row_in(model, places["own"]), model._default_manager, UserFactory(is_active=False)
    user.reach = [(role, places["top"].code) for role in Role.values]

    public = ANYONE in GRANTS[perm] and rows.all().public().filter(pk=row.pk).exists()
    assert rows.for_user(user, perm).filter(pk=row.pk).exists() is public


def test_every_noun_of_the_matrix_is_tried():
    assert len(PERMS) > 40


SHARED = [model for model in SCOPED if isinstance(model._default_manager.all(), SharedQuerySet)]


@pytest.mark.parametrize("model", SHARED)
def test_what_belongs_to_no_region_is_reached_by_whoever_holds_the_permission_anywhere(model, places):
    name = f"{model._meta.app_label}.{{}}_{model._meta.model_name}"
    perm = next(name.format(verb) for verb in ("change", "add") if name.format(verb) in GRANTS)
    thing = make_in(model, places["own"])
    holder = RoleAssignmentFactory(role=Role.ADMINISTRATOR, region=places["top"]).user

    assert [user.has_perm(perm, thing) for user in (holder, UserFactory())] == [True, False]
    assert model._default_manager.for_user(holder, perm).filter(pk=thing.pk).exists()
