from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    name = "volunteers"
    verbose_name = _("volunteer service")

    def ready(self) -> None:
        # They need the models, which are loaded by now.
        import_module("volunteers.offline")
        import_module("volunteers.notices")
        import_module("volunteers.sections")
        import_module("volunteers.endings")
        import_module("volunteers.kept")
        import_module("volunteers.offline")
