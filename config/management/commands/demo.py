from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from communities.models import DemoPerson, Refused
from config.demo.cast import PASSWORD
from config.demo.load import load


class Command(BaseCommand):
    help = "Load the demo (one finished and one running season of 下王宅社区); safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            is_new = load(today=localdate())
        except Refused as no:
            raise CommandError(str(no)) from no
        if is_new:
            self.stdout.write("The demo is loaded.")
        for person in DemoPerson.objects.select_related("user"):
            password = f"  password: {PASSWORD}" if person.user.has_usable_password() else ""
            self.stdout.write(f"  {person.user.username:24} {person.label_zh}{password}")
