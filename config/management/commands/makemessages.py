"""Django's own collecting of strings, which also knows how we say `gettext` where the lazy one is called `_`."""

from __future__ import annotations

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_now", "--sort-output"]
    # Sorted, so that two branches that add words seldom touch the same lines.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--sort-output"]
