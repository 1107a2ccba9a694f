from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = _("project evaluation")

    def ready(self) -> None:
        for name in ("kept", "notices", "sections"):
            import_module(f"evaluations.{name}")
