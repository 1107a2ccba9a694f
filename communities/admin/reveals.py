"""Masked personal data in the console: shown for a purpose, each time recorded."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ScopedAdmin
from communities.forms.people import RevealForm
from communities.models import Reveal
from communities.services import reveals


def reveal_move(perm: str) -> Move:
    """The button on a thing whose model declares PERSONAL: `moves = [reveal_move("communities.reveal_resident")]`."""
    return Move(
        name="reveal",
        label=_("Show personal data"),
        service=reveals.reveal,
        perm=perm,
        when=lambda thing: any(getattr(thing, name) for name in thing.PERSONAL),
        form=RevealForm,
        shows=True,
    )


@admin.register(Reveal)
class RevealAdmin(ScopedAdmin):
    list_display = ["at", "by", "content_type", "object_id", "field_label", "purpose", "region"]
    list_select_related = ["by", "content_type", "region"]
    list_filter = ["content_type"]
    fields = ["at", "by", "content_type", "object_id", "field_label", "purpose", "region"]
    readonly_fields = fields

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).order_by("-id")
