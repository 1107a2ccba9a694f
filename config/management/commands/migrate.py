from typing import Any

from django.core.management.commands import migrate

from config.states import rendered_alone


class Command(migrate.Command):
    """Django's own, in a tenth of the time."""

    def handle(self, *args: Any, **options: Any) -> None:
        with rendered_alone():
            super().handle(*args, **options)
