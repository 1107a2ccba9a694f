"""What holds for every model, lifecycle, permission and list there is or will be, read from the registries."""

from django.apps import apps

from communities.models import Lifecycle, ScopedQuerySet
from tests import factories

OURS = ("communities", "teams", "projects", "evaluations", "volunteers")
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]
LIFECYCLES = [model for model in MODELS if issubclass(model, Lifecycle)]
SCOPED = [model for model in MODELS if isinstance(model._default_manager.all(), ScopedQuerySet)]


def make(model, **fields):
    """One row of this model by its factory."""
    return getattr(factories, f"{model.__name__}Factory")(**fields)
