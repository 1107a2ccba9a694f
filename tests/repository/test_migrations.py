"""The tables that the migrations make are those of the models, though each step builds as few models as it can."""

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db import connection, models
from django.db.migrations.state import ModelState, ProjectState

from config.states import rendered_alone

TABLES = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


@pytest.fixture
def state():
    """Two models, of which the second points at the first."""
    made = ProjectState()
    number, to_harbour = models.BigAutoField(primary_key=True), models.ForeignKey("boats.Harbour", models.CASCADE)
    made.add_model(ModelState("boats", "Harbour", [("id", number)]))
    made.add_model(ModelState("boats", "Boat", [("id", number.clone()), ("harbour", to_harbour)]))
    assert made.apps
    return made


def boat_and_harbour(state):
    return [state.apps.get_model("boats", name) for name in ("Boat", "Harbour")]


def add_a_column(state):
    state.add_field("boats", "harbour", "depth", models.IntegerField(null=True), preserve_default=True)


def test_a_new_column_builds_its_own_model_alone(state):
    boat, harbour = boat_and_harbour(state)

    with rendered_alone():
        add_a_column(state)

    same, other = boat_and_harbour(state)
    assert same is boat
    assert other is not harbour
    assert other._meta.get_field("depth").null


def test_a_step_in_python_gets_all_models_as_they_are_by_then(state):
    with rendered_alone():
        add_a_column(state)
        state.clear_delayed_apps_cache()

    boat, harbour = boat_and_harbour(state)
    assert boat._meta.get_field("harbour").related_model is harbour


def test_django_is_as_before_afterwards(state):
    boat, _harbour = boat_and_harbour(state)
    with rendered_alone():
        pass

    add_a_column(state)
    state.add_field("boats", "harbour", "next", models.ForeignKey("boats.Harbour", models.CASCADE), True)

    assert boat_and_harbour(state)[0] is not boat


def test_migrate_is_the_quick_one():
    assert get_commands()["migrate"] == "config"


@pytest.mark.django_db
def test_each_table_has_the_columns_and_constraints_of_its_model():
    with connection.cursor() as cursor:
        held = held_by_triggers(cursor)
        wrong = [(model._meta.label, *pair) for model in TABLES for pair in differences(cursor, model, held)]

    assert wrong == []
    assert len(TABLES) > 100


def differences(cursor, model, held):
    """(as it is, as the model says) of what is not the same."""
    fields, table = model._meta.local_concrete_fields, model._meta.db_table
    constraints = connection.introspection.get_constraints(cursor, table)
    columns = connection.introspection.get_table_description(cursor, table)
    pointing = {(found["columns"][0], *found["foreign_key"]) for found in constraints.values() if found["foreign_key"]}
    keys = [field for field in fields if field.is_relation and field.db_constraint]
    pairs = [
        ({each.name: bool(each.null_ok) for each in columns}, {field.column: field.null for field in fields}),
        (pointing, {(key.column, key.related_model._meta.db_table, key.target_field.column) for key in keys}),
        ({one.name for one in [*model._meta.constraints, *model._meta.indexes]} - constraints.keys() - held, set()),
    ]
    return [(there, said) for there, said in pairs if there != said]


def held_by_triggers(cursor):
    """Names of checks that SQLite holds by triggers (communities.triggers.check)."""
    if connection.vendor != "sqlite":
        return set()
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    return {name.rpartition("_")[0] for (name,) in cursor.fetchall()}
