"""收据: the page that a vote ends on.

Nearly all of a vote's time in this server was the making of this page, and it is the same page for everybody but for
the code and the way back. So each of its few looks is made once and kept, and these two are put in.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

CODE, BACK = "{receipt code}", "{way back}"


def page(way: Any, code: str) -> HttpResponse:
    """The receipt with this code, in the reader's language and type."""
    look = _look(way.base, way.is_kiosk, way.request.elder, get_language(), settings.DEMO)
    return HttpResponse(look.replace(BACK, escape(way.back)).replace(CODE, code))


@lru_cache(maxsize=64)
def _look(base: str, is_kiosk: bool, elder: bool, _language: str | None, is_demo: bool) -> str:
    """The page without what is the voter's: nothing of the request goes into it but what is named here."""
    way = {"base": base, "is_kiosk": is_kiosk, "back": BACK}
    request = {"elder": elder, "is_demo": is_demo}
    return render_to_string("projects/receipt.html", {"receipt": CODE, "way": way, "request": request})
