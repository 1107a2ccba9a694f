from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunitiesConfig(AppConfig):
    name = "communities"
    verbose_name = _("people and places")

    def ready(self) -> None:
        from communities import kept, waiting  # noqa: F401, PLC0415 (need the models, which are loaded by now)
