import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.factories import RegionFactory, RoleAssignmentFactory

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def city():
    return RegionFactory(name="某市", code="9901", level="city")


@pytest.fixture
def street(city):
    district = RegionFactory(name="某区", code="990102", level="district", parent=city)
    return RegionFactory(name="某街道", code="990102003", level="street", parent=district)


@pytest.fixture
def community(street):
    return RegionFactory(name="某社区", code="990102003004", parent=street)


@pytest.fixture
def neighbour(street):
    """Another community of the same street, which must stay invisible."""
    return RegionFactory(name="邻社区", code="990102003005", parent=street)


@pytest.fixture
def person():
    """Somebody who holds this role in this region: `person(Role.STREET_STAFF, street)`."""

    def make(role, region, **fields):
        fields = {f"user__{name}": value for name, value in fields.items()}
        return RoleAssignmentFactory(role=role, region=region, **fields).user

    return make


@pytest.fixture
def api():
    """An API client signed in as this person, or as nobody: `api(user)`, `api()`."""

    def client(user=None):
        made = APIClient()
        if user:
            made.force_login(user, backend=BACKEND)
        made.user = user
        return made

    return client


@pytest.fixture
def browse():
    """A page client signed in as this person, or as nobody: `browse(user)`, `browse()`."""

    def client(user=None):
        made = Client()
        if user:
            made.force_login(user, backend=BACKEND)
        made.user = user
        return made

    return client
