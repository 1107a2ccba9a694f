"""星级 in the console: the city's administrator sets what it takes, staff see who has it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import ScopedAdmin
from communities.models import Region
from volunteers.models import StarAward, StarRule
from volunteers.services import stars


@admin.register(StarRule)
class StarRuleAdmin(ScopedAdmin):
    list_display = ["level", "hours", "starts_on"]
    list_filter = ["level"]
    search_fields = ["level"]
    ordering = ["-starts_on", "level"]
    fields = ["level", "hours", "starts_on"]

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        place = Region.objects.filter(code__in=request.user.codes_granting("volunteers.add_starrule")).first()
        stars.add_rule(obj, place=place, by=request.user)


@admin.register(StarAward)
class StarAwardAdmin(ScopedAdmin):
    list_display = ["volunteer", "stars", "hours", "region", "awarded_on", "status"]
    list_select_related = ["volunteer", "region"]
    list_filter = ["level", "status", "awarded_on"]
    search_fields = ["volunteer__number"]
    search_help_text = _("A volunteer number")
    fields = ["volunteer", "stars", "hours", "region", "awarded_on", "status"]
    readonly_fields = fields

    @admin.display(description=_("stars"), ordering="level")
    def stars(self, award: StarAward) -> str:
        return "★" * award.level
