"""What the outbox could not tell anybody, in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.admin.record import kind_name
from communities.console import ScopedAdmin
from communities.models import Untold


@admin.register(Untold)
class UntoldAdmin(ScopedAdmin):
    """Entries of the record of which making notices failed; they are tried again by themselves."""

    list_display = ["kind", "thing", "what", "region", "since", "tries", "next_at", "error"]
    list_select_related = ["change__content_type", "change__region"]
    list_filter = ["next_at"]
    search_fields = ["error", "change__region__name"]
    search_help_text = _("An error, or a region")
    fields = readonly_fields = ["kind", "thing", "what", "region", "since", "tries", "next_at", "error"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).failing()

    @admin.display(description=_("what kind"))
    def kind(self, untold: Untold) -> str:
        return kind_name(untold.change.content_type)

    @admin.display(description=_("about what"))
    def thing(self, untold: Untold) -> str:
        """By its number: what a thing is called may be the very fault."""
        return f"#{untold.change.object_id}"

    @admin.display(description=_("to"))
    def what(self, untold: Untold) -> str:
        return untold.change.new_label

    @admin.display(description=_("region"))
    def region(self, untold: Untold) -> str:
        return str(untold.change.region)

    @admin.display(description=_("at"))
    def since(self, untold: Untold) -> Any:
        return untold.change.at
