"""Every lifecycle: only the declared moves happen, each leaves a record, and what hurts needs a reason."""

import itertools

import pytest

from communities.models import Refused, StatusChange
from tests.factories import UserFactory
from tests.generic import BROUGHT, LIFECYCLES, PREPARED, make

PAIRS = [
    pytest.param(model, old, new, id=f"{model.__name__}:{old}>{new}")
    for model in LIFECYCLES
    for old, new in itertools.product(model.Status, repeat=2)
]
HURTING = [pair for pair in PAIRS if pair.values[2] in pair.values[0].MOVES.get(pair.values[1], ())]
HURTING = [pair for pair in HURTING if pair.values[2] in pair.values[0].NEED_REASON]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("model", "old", "new"), PAIRS)
def test_a_move_happens_if_and_only_if_it_is_declared(model, old, new):
    thing = make(model, status=old)
    PREPARED.get((model.__name__, old, new), lambda _thing: None)(thing)
    before = StatusChange.objects.count()
    declared = new in model.MOVES.get(old, ())
    brought = BROUGHT.get((model.__name__, str(new)), dict)()

    try:
        thing.move(new, by=UserFactory(), reason="because", **brought)
    except Refused:
        assert not declared

    thing = model._default_manager.get(pk=thing.pk)
    assert thing.status == (new if declared else old)
    assert StatusChange.objects.count() - before == declared


@pytest.mark.parametrize(("model", "old", "new"), HURTING)
def test_what_hurts_somebody_needs_a_reason(model, old, new):
    thing, before = make(model, status=old), StatusChange.objects.count()

    with pytest.raises(Refused) as no:
        thing.move(new, by=UserFactory(), reason=" ")

    assert no.value.code == "reason_needed"
    assert model._default_manager.get(pk=thing.pk).status == old
    assert StatusChange.objects.count() == before


@pytest.mark.parametrize("model", LIFECYCLES)
def test_a_lifecycle_begins_in_its_first_status_and_knows_its_statuses(model):
    statuses = set(model.Status)

    assert next(iter(model.Status)) in set(model.MOVES) | statuses
    assert set(model.MOVES) <= statuses
    assert set().union(*model.MOVES.values()) <= statuses
    assert set(model.NEED_REASON) <= statuses
    assert all(str(status.label) for status in model.Status)


@pytest.mark.parametrize("model", LIFECYCLES)
def test_every_status_can_be_reached(model):
    reached = {next(iter(model.Status))}
    while more := set().union(*(model.MOVES.get(status, set()) for status in reached)) - reached:
        reached |= more

    assert reached == set(model.Status)
