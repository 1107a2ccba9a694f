"""What happened to accounts, in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from communities.console import ScopedAdmin
from communities.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(ScopedAdmin):
    list_display = ["at", "kind", "subject", "actor", "reason", "region"]
    list_select_related = ["subject", "actor", "region"]
    list_filter = ["kind"]
    fields = ["at", "kind", "subject", "actor", "reason", "detail", "region", "address_index", "account_index"]
    readonly_fields = fields

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).order_by("-id")
