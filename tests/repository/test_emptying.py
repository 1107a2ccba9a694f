"""After a test whose transactions were real nothing is left for the next one."""

import threading

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from communities.models import StatusChange
from tests import emptying
from tests.factories import JournalFactory, StatusChangeFactory


@pytest.mark.django_db(transaction=True)
def test_no_row_is_left_not_even_of_what_is_never_deleted():
    if not emptying.takes_single_rows():
        pytest.skip("Django truncates all tables here")
    StatusChangeFactory()
    JournalFactory(points=30)
    names = ContentType.objects.count()

    emptying.delete_all_rows()

    tables = {model for model in apps.get_models() if model._meta.db_table not in emptying.KEPT}
    assert [model for model in tables if model._default_manager.exists()] == []
    assert ContentType.objects.count() == names > 100


@pytest.mark.django_db(transaction=True)
def test_whoever_still_works_and_waits_for_us_is_let_through():
    if not emptying.takes_single_rows():
        pytest.skip("Django truncates all tables here")
    StatusChangeFactory()
    early, *_others, late = emptying._tables()  # noqa: SLF001 (in the order in which they are locked)
    holds, done = threading.Event(), []

    def work():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '1min'")  # so that it is not this one that is ended
            cursor.execute(f"LOCK TABLE {late} IN ACCESS SHARE MODE")
            holds.set()
            cursor.execute("SELECT pg_sleep(0.3)")
            cursor.execute(f"LOCK TABLE {early} IN ACCESS SHARE MODE")
        connection.close()
        done.append(True)

    worker = threading.Thread(target=work)
    worker.start()
    holds.wait()
    emptying.delete_all_rows()
    worker.join()

    assert done
    assert not StatusChange.objects.exists()
