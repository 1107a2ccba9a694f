"""Write encrypted data and its indexes anew after FIELD_KEYS or INDEX_KEY changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from communities.services import keys


class Command(BaseCommand):
    help = "Encrypt everything with the first of FIELD_KEYS and index it with INDEX_KEY. Safe to stop and to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=keys.BATCH, help="rows that are locked together")

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable: list[str] = []
        for model in keys.encrypted():
            progress = keys.Progress()
            for progress in keys.renew(model, batch=options["batch"]):
                self._say(model, progress, ending="\r" if self.stdout.isatty() else "\n")
            self._say(model, progress, ending="\n")
            unreadable += [f"{model._meta.label_lower} {one}" for one in progress.unreadable]
        if unreadable:
            self.stderr.write("\n".join(unreadable))
            raise CommandError(
                _("No key opens %(count)d values: put the key they were written with back into FIELD_KEYS.")
                % {"count": len(unreadable)}
            )
        self.stdout.write(_("Everything has the first key now; the others may be taken out of FIELD_KEYS."))

    def _say(self, model: Any, progress: keys.Progress, *, ending: str) -> None:
        facts = {"model": model._meta.label_lower, "seen": progress.seen, "renewed": progress.renewed}
        self.stdout.write(_("%(model)s: %(seen)d rows, %(renewed)d written anew") % facts, ending=ending)
