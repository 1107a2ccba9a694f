"""留在设备上: which pages a person's device may keep for when there is no network. Apps add theirs when they start.

The service worker (`static/spot/worker.js`) keeps a page whose path is among PAGES and that carries `X-Keep-For`; for a
path of INSTEAD that cannot be reached it shows the kept page named there.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import HttpResponse

R = TypeVar("R", bound=HttpResponse)

# Whose page it is: the service worker keeps pages that carry this, and no others.
KEEP = "X-Keep-For"
# What it was made from: a list says which pages the device would have to fetch anew.
STAMP = "X-Keep-Stamp"
WORKER = "/sw.js"

# Regular expressions of whole paths, as JavaScript understands them.
PAGES: list[str] = []
INSTEAD: list[tuple[str, str]] = []
# Scripts and styles of these pages, by their static names.
ASSETS: list[str] = []


def may_be_kept(response: R, request: Any, stamp: str = "") -> R:
    """Let the device of this person keep the page for when there is no network."""
    response[KEEP] = str(request.user.pk)
    response[STAMP] = stamp
    return response
