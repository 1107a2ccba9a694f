"""What happened to accounts, in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from communities.console import ScopedAdmin
from communities.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(ScopedAdmin):
    list_display = ["at", "kind", "about_whom", "by_whom", "reason", "region"]
    list_select_related = ["subject", "actor", "region"]
    list_filter = ["kind"]
    fields = ["at", "kind", "about_whom", "by_whom", "reason", "detail", "region", "address_index", "account_index"]
    readonly_fields = fields

    @display(description=_("about whom"))
    def about_whom(self, event: AuditEvent) -> str:
        return event.subject.shown_name if event.subject else "—"

    @display(description=_("by whom"))
    def by_whom(self, event: AuditEvent) -> str:
        return event.actor.shown_name if event.actor else "—"

    def get_queryset(self, request: Any) -> Any:
        people = ("subject__role_assignments", "actor__role_assignments")
        return super().get_queryset(request).prefetch_related(*people).order_by("-id")
