"""A page as a PDF, where the optional package for it is installed (`pip install '.[pdf]'`)."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from django.contrib.staticfiles import finders
from django.templatetags.static import static

PACKAGE = "weasyprint"
STYLE = "site.css"


def is_there() -> bool:
    """Whether this installation can write PDF."""
    return find_spec(PACKAGE) is not None


def write(page: str, *, files: Mapping[str, tuple[bytes, str]]) -> bytes:
    """This HTML on A4. It may name our stylesheet and these files ({address: (bytes, media type)}), nothing else."""
    known = {static(STYLE): (_style(), "text/css"), **files}
    weasyprint, urls = importlib.import_module(PACKAGE), importlib.import_module(f"{PACKAGE}.urls")

    def fetch(_self: Any, address: str, _headers: Any = None) -> Any:
        content, kind = known[address.removeprefix(NOWHERE)]
        return urls.URLFetcherResponse(address, content, {"Content-Type": kind})

    ours_alone = type("OursAlone", (urls.URLFetcher,), {"fetch": fetch})()
    made = weasyprint.HTML(string=page, base_url=NOWHERE, url_fetcher=ours_alone, media_type="print").write_pdf()
    return bytes(made)


NOWHERE = "https://platform.invalid"


def _style() -> bytes:
    found = finders.find(STYLE)
    if not isinstance(found, str):
        raise FileNotFoundError(STYLE)
    with open(found, "rb") as file:  # noqa: PTH123 (a path of the staticfiles finders)
        return file.read()
