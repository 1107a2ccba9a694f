from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from volunteers.services import audits


class Command(BaseCommand):
    help = "Prove that the points ledger is sound; names every faulty row and ends with an error otherwise."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for faults, fault in enumerate(audits.find_faults(), 1):  # noqa: B007 (the count is used below)
            self.stdout.write(fault)
        if faults:
            raise CommandError(ngettext("%d fault in the ledger.", "%d faults in the ledger.", faults) % faults)
        self.stdout.write("The ledger is sound.")
