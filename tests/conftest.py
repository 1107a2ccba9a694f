import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import Client, TransactionTestCase
from django.utils import translation
from rest_framework.test import APIClient

from tests import emptying
from tests.factories import RegionFactory, RoleAssignmentFactory

BACKEND = "django.contrib.auth.backends.ModelBackend"


# What takes longest.
FIRST = ("tests/browser/", "tests/repository/", "tests/generic/test_api_never_500.py")


def pytest_collection_modifyitems(items):
    """The longest begin first: a worker that is left alone with one at the end keeps all waiting."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def pytest_collection_finish():
    """What is imported by now stays: without this, looking through it for garbage takes a tenth of all the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory, django_db_modify_db_settings_parallel_suffix):
    """SQLite in a file, as in the embedded installation: threads of a race have connections of their own."""
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        settings.DATABASES["default"]["TEST"]["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Before the database is dropped, whoever of the live server's threads is still at it is sent away."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session", autouse=True)
def sqlite_is_emptied_past_its_triggers():
    """Between race tests SQLite empties tables by DELETE, which the append-only laws refuse: lift them meanwhile."""
    operations = DatabaseWrapper.ops_class
    flush = operations.execute_sql_flush

    def execute_sql_flush(self, sql_list):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            flush(self, sql_list)
            for _name, sql in triggers:
                cursor.execute(sql)

    operations.execute_sql_flush = execute_sql_flush
    yield
    operations.execute_sql_flush = flush


@pytest.fixture(scope="session", autouse=True)
def postgres_is_emptied_row_by_row():
    """Truncating every table after each race takes longer than most races do."""
    truncate = TransactionTestCase._fixture_teardown  # noqa: SLF001 (Django has no other place for it)

    def empty(self):
        if emptying.takes_single_rows():
            emptying.delete_all_rows()
        else:
            truncate(self)

    TransactionTestCase._fixture_teardown = empty  # noqa: SLF001
    yield
    TransactionTestCase._fixture_teardown = truncate  # noqa: SLF001


@pytest.fixture(autouse=True)
def nobody_left_a_language_behind():
    """The client's last request leaves its language to the thread, and so to the next test."""
    yield
    translation.deactivate()


@pytest.fixture
def race(transactional_db):
    """Real threads on real connections, started together: `race(20, act)` gives what `act(0…19)` returned."""

    def run(times, act):
        together = Barrier(times)

        def one(number):
            together.wait()
            try:
                return act(number)
            finally:
                connection.close()

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(one, range(times)))

    return run


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
