"""Invariant 11: every state change has an actor, a time and, where it hurts somebody, a reason; history stays.

That every move of every lifecycle leaves its record, and that reasons are asked for, is held over all pairs in
tests/generic/test_lifecycles.py; here is what the database itself refuses.
"""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils.timezone import now

from communities.models import Refused, StatusChange
from tests.factories import ResidentFactory, StatusChangeFactory, UserFactory
from tests.generic import make

pytestmark = pytest.mark.django_db

TRIGGERS = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}


def append_only_tables():
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        names = {name for (name,) in cursor.fetchall()}
    tables = {model._meta.db_table: model for model in apps.get_models()}
    return {tables[table] for table in tables if any(name.startswith(f"{table}_append_only") for name in names)}


def test_a_change_says_who_when_from_what_to_what_and_why(community):
    clerk, before = UserFactory(), now()
    resident = ResidentFactory(region=community, status="requested")

    change = resident.move("refused", by=clerk, reason=" 不住这里 ")

    assert StatusChange.objects.about(resident).get() == change
    assert (change.actor, change.old, change.new, change.reason, change.region) == (
        clerk,
        "requested",
        "refused",
        "不住这里",
        community,
    )
    assert before <= change.at <= now()


def test_a_change_and_its_record_are_there_together_or_not_at_all(community):
    resident = ResidentFactory(region=community, status="requested")

    with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
        resident.move("verified", by=None)

    resident.refresh_from_db()
    assert resident.status == "requested"
    assert not StatusChange.objects.exists()


def test_the_database_wants_an_actor_and_a_time():
    for field in ("actor", "at", "new", "content_type", "object_id", "region"):
        assert not StatusChange._meta.get_field(field).null


def test_the_record_and_other_histories_are_append_only():
    assert {model._meta.db_table for model in append_only_tables()} >= {
        "communities_statuschange",
        "communities_auditevent",
        "communities_reveal",
    }


def test_no_history_is_rewritten_or_deleted():
    for model in sorted(append_only_tables(), key=lambda model: model._meta.label):
        row, table = make(model), model._meta.db_table
        key = model._meta.pk.get_db_prep_value(row.pk, connection)
        for statement in (f"UPDATE {table} SET id = id WHERE id = %s", f"DELETE FROM {table} WHERE id = %s"):  # noqa: S608
            with pytest.raises(IntegrityError) as no, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [key])
            assert Refused.from_database(no.value).code == "append_only", statement
        assert model.objects.filter(pk=row.pk).exists()


def test_raw_sql_does_not_rewrite_the_record_either():
    change = StatusChangeFactory(reason="谁也改不了")

    for statement in ("UPDATE communities_statuschange SET reason = ''", "DELETE FROM communities_statuschange"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    change.refresh_from_db()
    assert change.reason == "谁也改不了"


def test_what_is_on_record_keeps_its_actor_and_place():
    fields = [StatusChange._meta.get_field(name) for name in ("actor", "region", "content_type")]

    assert {field.remote_field.on_delete for field in fields} == {models.PROTECT}
