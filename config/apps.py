from importlib import import_module

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin import sites
from unfold.apps import BasicAppConfig


class ConfigConfig(AppConfig):
    """The top of the house: it knows every app, so the demo lives here."""

    name = "config"
    default = True

    def ready(self) -> None:
        import_module("communities.parts").ASKED.append(import_module("config.health").silent)


class ConsoleConfig(BasicAppConfig):
    """Unfold, with the console's own site."""

    def ready(self) -> None:
        admin.site = sites.site = import_module("config.site").Console()
