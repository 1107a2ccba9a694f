"""After a test whose transactions were real nothing is left for the next one."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType

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
