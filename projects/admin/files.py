"""Files of a thing as links, each handed out by a view that asks who is asking."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join

from communities.models import Upload


def links(view: str, thing: Any, files: Iterable[Upload]) -> Any:
    """Each file by its name."""
    rows = ((reverse(view, args=[thing.pk, upload.pk]), upload.name) for upload in files)
    return format_html_join(" · ", '<a href="{}">{}</a>', rows) or "—"
