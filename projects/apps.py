from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("projects and roadshows")

    def ready(self) -> None:
        for part in ("coming", "kept", "notices", "sections", "waiting"):
            import_module(f"projects.{part}")
        import_module("projects.desk").register()
