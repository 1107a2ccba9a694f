"""What happened to accounts, in the console."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from communities.console import ScopedAdmin
from communities.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(ScopedAdmin):
    list_display = ["at", "kind", "about_whom", "by_whom", "reason", "region"]
    list_select_related = ["subject", "actor", "region"]
    list_filter = ["kind", "at"]
    list_prefetch_related = ["subject__role_assignments", "actor__role_assignments"]
    search_fields = ["subject__name", "actor__name", "reason"]
    ordering = ["-id"]
    fields = ["at", "kind", "about_whom", "by_whom", "reason", "details", "region", "address_index", "account_index"]
    readonly_fields = fields

    @display(description=_("about whom"))
    def about_whom(self, event: AuditEvent) -> str:
        return event.subject.shown_name if event.subject else "—"

    @display(description=_("by whom"))
    def by_whom(self, event: AuditEvent) -> str:
        return event.actor.shown_name if event.actor else "—"

    @display(description=_("detail"))
    def details(self, event: AuditEvent) -> str:
        return " · ".join(f"{name}: {value}" for name, value in event.detail.items()) or "—"
