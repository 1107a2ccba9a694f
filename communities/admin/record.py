"""What happened, in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from communities.console import ScopedAdmin
from communities.models import StatusChange


@admin.register(StatusChange)
class StatusChangeAdmin(ScopedAdmin):
    list_display = ["at", "actor", "content_type", "old_label", "new_label", "reason", "region"]
    list_select_related = ["actor", "content_type", "region"]
    list_filter = ["content_type"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).order_by("-id")
