from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from volunteers.services import books

FORMATS = {"ledger": books.lines}


class Command(BaseCommand):
    help = "Write the points ledger as plain-text accounting that hledger, ledger and beancount read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        for line in FORMATS[options["format"]]():
            self.stdout.write(line)
