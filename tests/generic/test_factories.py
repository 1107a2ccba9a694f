"""Every model has a factory, and the factory makes a row that the database accepts."""

import pytest

from tests.generic import MODELS, make


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_a_factory(model):
    made = make(model)

    assert type(made) is model
    assert model._default_manager.filter(pk=made.pk).exists()
