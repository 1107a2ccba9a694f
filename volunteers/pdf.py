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

    def fetch(address: str, *_args: Any, **_more: Any) -> dict[str, Any]:
        content, kind = known[address.removeprefix(NOWHERE)]
        return {"string": content, "mime_type": kind}

    weasyprint: Any = importlib.import_module(PACKAGE)
    made = weasyprint.HTML(string=page, base_url=NOWHERE, url_fetcher=fetch, media_type="print").write_pdf()
    return bytes(made)


NOWHERE = "https://platform.invalid"


def _style() -> bytes:
    found = finders.find(STYLE)
    if not isinstance(found, str):
        raise FileNotFoundError(STYLE)
    with open(found, "rb") as file:  # noqa: PTH123 (a path of the staticfiles finders)
        return file.read()
