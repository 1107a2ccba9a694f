from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The top of the house: it knows every app, so the demo lives here."""

    name = "config"
