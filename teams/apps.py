from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = _("team admission")

    def ready(self) -> None:
        from teams import ground, kept  # noqa: F401, PLC0415 (models exist only now)

        ground.register()
