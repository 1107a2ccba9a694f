"""What production must not start with: asked by the web server, the worker, the clock and manage.py."""

from __future__ import annotations

import base64
import binascii
import sys
from collections.abc import Iterator

import django
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

LEAST_KEY = 50
# Commands that neither serve nor touch anybody's data: they run without any secret.
HARMLESS = {
    "check",
    "collectstatic",
    "compile_translations",
    "docs",
    "help",
    "makemessages",
    "makemigrations",
    "new_secrets",
    "spectacular",
    "test",
    "untranslated",
    "version",
}


def refuse_unsafe() -> None:
    """End the process, naming everything that is wrong, unless this is fit for production or not production at all."""
    django.setup()
    found = list(problems()) if settings.PRODUCTION else []
    if found:
        lines = [_("The platform does not start in production like this:"), *(f"- {one}" for one in found)]
        lines.append(_("For a demonstration with invented people set DEPLOYMENT=demo."))
        # The clock has its own idea of where errors go; this one is for whoever started it.
        print(*lines, sep="\n", file=sys.__stderr__, flush=True)
        sys.exit(1)


def refuse_unsafe_command(argv: list[str]) -> None:
    """The same for manage.py, except for commands that touch nobody's data."""
    if len(argv) > 1 and not argv[1].startswith("-") and argv[1] not in HARMLESS:
        refuse_unsafe()


def problems() -> Iterator[str]:
    """Everything that keeps these settings, or this database, from being production's."""
    yield from _of_modes()
    yield from _of_secrets()
    yield from _of_backends()


def _of_modes() -> Iterator[str]:
    if settings.DEPLOYMENT != "production":
        yield _("DEPLOYMENT is “%s”; it is production, demo or test.") % settings.DEPLOYMENT
    if settings.DEMO:
        yield _("DEMO is set: anybody could sign in as anybody. Unset it.")
    elif _holds_demo():
        yield _("The database holds the demo's invented people (DATABASE_URL). Use an empty one.")
    if settings.DEBUG:
        yield _("DJANGO_DEBUG is set: errors would show code and data. Unset it.")


def _of_secrets() -> Iterator[str]:
    hint = _("`manage.py new_secrets` prints good ones.")
    for name in ("SECRET_KEY", "INDEX_KEY"):
        if getattr(settings, name) == settings.INSECURE_KEY:
            yield _("%s is not set.") % name + " " + hint
        elif len(getattr(settings, name)) < LEAST_KEY:
            yield _("%(name)s is shorter than %(least)d characters.") % {"name": name, "least": LEAST_KEY} + " " + hint
    if settings.INSECURE_FIELD_KEY in settings.FIELD_KEYS:
        yield _("%s is not set.") % "FIELD_KEYS" + " " + hint
    elif not settings.FIELD_KEYS or not all(map(_is_fernet_key, settings.FIELD_KEYS)):
        yield _("FIELD_KEYS holds something that is no key of 32 bytes in base64.") + " " + hint


def _of_backends() -> Iterator[str]:
    if connection.vendor == "sqlite" and not settings.ALLOW_SQLITE:
        yield _(
            "DATABASE_URL is not set, so this would run on SQLite. "
            "Set DATABASE_URL=postgres://…, or ALLOW_SQLITE=1 for a single small community."
        )
    if not settings.REDIS_URL and not settings.ALLOW_FILESYSTEM_BROKER:
        yield _(
            "REDIS_URL is not set, so tasks would queue in files. "
            "Set REDIS_URL=redis://…, or ALLOW_FILESYSTEM_BROKER=1 when everything runs on one machine."
        )


def _holds_demo() -> bool:
    """Whether invented people are in the database; one that does not answer, or is still empty, holds none."""
    try:
        return apps.get_model("communities.DemoPerson")._default_manager.exists()
    except DatabaseError:
        return False
    finally:
        connection.close()  # the web server forks next; a connection is not for two


def _is_fernet_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == 32  # noqa: PLR2004 (what Fernet takes)
    except (binascii.Error, ValueError):
        return False
