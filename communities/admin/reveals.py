"""Masked personal data in the console: shown for a purpose, each time recorded."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ScopedAdmin
from communities.forms.people import RevealForm
from communities.models import Reveal
from communities.services import reveals

from .record import KindFilter, kind_name


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
    list_display = ["at", "by", "kind", "shown", "purpose", "region"]
    list_select_related = ["by", "content_type", "region"]
    list_filter = ["at", KindFilter]
    search_fields = ["purpose", "by__name"]
    search_help_text = _("A purpose, or the name of who looked")
    ordering = ["-id"]
    fields = ["at", "by", "kind", "shown", "purpose", "region"]
    readonly_fields = fields

    def has_add_permission(self, request: Any) -> bool:
        """Data is shown, and recorded, at the thing it belongs to."""
        return False

    @admin.display(description=_("about what"))
    def kind(self, reveal: Reveal) -> str:
        return f"{kind_name(reveal.content_type)} {reveal.object_id}"

    @admin.display(description=_("what was shown"))
    def shown(self, reveal: Reveal) -> str:
        return reveal.field_label
