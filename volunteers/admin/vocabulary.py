"""Kinds of activity, skills and kinds of reward: words that the city's administrator keeps."""

from __future__ import annotations

from django.contrib import admin

from communities.console import ScopedAdmin
from volunteers.models import ActivityKind, RewardKind, Skill


@admin.register(ActivityKind)
class ActivityKindAdmin(ScopedAdmin):
    list_display = ["name", "name_en", "code", "order", "is_active"]
    list_filter = ["is_active"]
    ordering = ["order", "id"]
    search_fields = ["name", "name_en", "code"]


@admin.register(Skill)
class SkillAdmin(ScopedAdmin):
    list_display = ["name", "name_en", "code", "is_language", "order", "is_active"]
    list_filter = ["is_language", "is_active"]
    ordering = ["order", "id"]
    search_fields = ["name", "name_en", "code"]


@admin.register(RewardKind)
class RewardKindAdmin(ScopedAdmin):
    list_display = ["name", "name_en", "code", "order", "is_active"]
    list_filter = ["is_active"]
    ordering = ["order", "id"]
    search_fields = ["name", "name_en", "code"]
