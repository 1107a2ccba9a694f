"""The city's words in the console: its administrator renames, adds and switches off; nothing is deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from communities.console import ScopedAdmin
from teams.models import CooperationMode, Field, Scene, TeamType
from teams.models.vocabularies import holds_in_city
from teams.services import vocabularies


@admin.register(TeamType, Scene, Field, CooperationMode)
class WordAdmin(ScopedAdmin):
    list_display = ["name", "name_en", "code", "order", "is_active"]
    list_filter = ["is_active"]
    ordering = ["order", "id"]
    search_fields = ["name", "name_en", "code"]
    fields = ["code", "name", "name_en", "order", "is_active"]

    def has_add_permission(self, request: Any) -> bool:
        return holds_in_city(request.user.codes_granting(self._perm("add")))

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        return ["code"] if obj else []

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        vocabularies.save(obj, by=request.user)
