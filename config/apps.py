from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The top of the house: it knows every app, so the demo lives here."""

    name = "config"

    def ready(self) -> None:
        import_module("communities.parts").ASKED.append(import_module("config.health").silent)
