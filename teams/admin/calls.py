"""Recruitment calls in the console."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSingleDateWidget

from communities.console import Move, ReasonForm, ScopedAdmin
from communities.console_money import sums_shown
from teams.models import RecruitmentCall, Vocabulary
from teams.services import calls

Status = RecruitmentCall.Status


class ExtendForm(ReasonForm):
    """Until when it is put off, and why."""

    closes_on = forms.DateField(label=_("New last day"), widget=UnfoldAdminSingleDateWidget)
    field_order = ["closes_on", "reason"]


@admin.register(RecruitmentCall)
class RecruitmentCallAdmin(ScopedAdmin):
    place_level = "community"
    list_display = ["title", "region", "scene", "field", "status", "opens_on", "closes_on"]
    list_select_related = ["region", "scene", "field"]
    list_filter = ["status", "scene", "field", "closes_on"]
    search_fields = ["title", "region__name"]
    ordering = ["-id"]
    moves = [
        Move(
            name="publish",
            label=_("Publish"),
            service=calls.publish,
            perm="teams.publish_recruitmentcall",
            to=Status.PUBLISHED,
        ),
        Move(
            name="withdraw",
            label=_("Drop the draft"),
            service=calls.withdraw,
            perm="teams.publish_recruitmentcall",
            to=Status.WITHDRAWN,
        ),
        Move(
            name="extend",
            label=_("Put off the last day"),
            service=calls.extend,
            perm="teams.close_recruitmentcall",
            when=lambda call: call.status == Status.PUBLISHED,
            form=ExtendForm,
        ),
        Move(
            name="close",
            label=_("Close early"),
            service=calls.close,
            perm="teams.close_recruitmentcall",
            to=Status.CLOSED,
            form=ReasonForm,
        ),
    ]

    def get_fieldsets(self, request: Any, obj: Any = None) -> list[Any]:
        about = [("status", "created_at"), "public_pages"] if obj else []
        fieldsets: list[Any] = [
            (None, {"fields": ["region", *about]}),
            (_("What is looked for"), {"fields": ["title", ("scene", "field"), "need"]}),
            (_("What the community offers"), {"fields": ["budget", "space", "priority_from"]}),
            (_("When"), {"fields": [("opens_on", "closes_on")]}),
        ]
        return fieldsets if self.has_change_permission(request, obj) else sums_shown(fieldsets, self)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        return ["region", "status", "created_at", "public_pages"] if obj else []

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Only a draft is edited; what is published moves by its buttons."""
        return (obj is None or obj.status == Status.DRAFT) and super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if issubclass(db_field.related_model, Vocabulary):
            field.queryset = field.queryset.active()
        return field

    def save_model(self, request: Any, obj: RecruitmentCall, form: Any, change: bool) -> None:
        if not change:
            calls.draft(obj, by=request.user)
        elif fields := {name: form.cleaned_data[name] for name in form.changed_data}:
            calls.edit(obj, by=request.user, **fields)

    @admin.display(description=_("for the public"))
    def public_pages(self, call: RecruitmentCall) -> str:
        if call.status not in {Status.PUBLISHED, Status.CLOSED}:
            return "—"
        return format_html(
            '<a class="underline" href="{}">{}</a> · <a class="underline" href="{}">{}</a>',
            call.get_absolute_url(),
            _("Public page"),
            reverse("teams:poster", args=[call.pk]),
            _("Poster to print"),
        )
