"""Roadshows in the console: planned, put in order, announced, held."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from projects.forms.roadshows import ArrangeForm, SeedForm
from projects.models import Project, Roadshow, RoadshowEntry
from projects.services import roadshows

Status = Roadshow.Status


def is_ahead(roadshow: Roadshow) -> bool:
    return roadshow.status in {Status.DRAFT, Status.ANNOUNCED}


class RoadshowEntryInline(ReadOnlyInline):
    model = RoadshowEntry
    fields = readonly_fields = ["order", "project", "priority"]
    show_change_link = False

    def get_queryset(self, request: Any) -> Any:
        rows = super().get_queryset(request).order_by("order")
        return rows.prefetch_related(Prefetch("project", queryset=Project.objects.with_priority()))

    @admin.display(description=_("in the brand library"))
    def priority(self, entry: RoadshowEntry) -> str:
        return entry.project.priority or "—"


@admin.register(Roadshow)
class RoadshowAdmin(ScopedAdmin):
    list_display = ["title", "starts_at", "place", "status", "region"]
    list_select_related = ["region"]
    list_filter = ["status", "starts_at"]
    search_fields = ["title", "place"]
    fields = ["region", "title", "status", ("place", "starts_at"), ("minutes_to_speak", "minutes_to_answer")]
    readonly_fields = ["status"]
    inlines = [RoadshowEntryInline]
    moves = [
        Move(
            name="arrange",
            label=_("Programme and order"),
            service=roadshows.arrange,
            perm="projects.change_roadshow",
            when=is_ahead,
            form=ArrangeForm,
        ),
        Move(
            name="draw_order",
            label=_("Draw the order by lot"),
            service=roadshows.draw_order,
            perm="projects.change_roadshow",
            when=is_ahead,
            form=SeedForm,
        ),
        Move(
            name="announce",
            label=_("Announce"),
            service=roadshows.announce,
            perm="projects.run_roadshow",
            to=Status.ANNOUNCED,
        ),
        Move(
            name="hold",
            label=_("It has been held"),
            service=roadshows.hold,
            perm="projects.run_roadshow",
            to=Status.HELD,
        ),
        Move(
            name="cancel",
            label=_("Call off"),
            service=roadshows.cancel,
            perm="projects.run_roadshow",
            to=Status.CANCELLED,
            form=ReasonForm,
        ),
    ]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return [*self.readonly_fields, "region"] if obj else self.readonly_fields

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or is_ahead(obj))

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            roadshows.edit(obj, by=request.user, **form.cleaned_data)
        else:
            planned = roadshows.plan(by=request.user, **form.cleaned_data)
            obj.pk, obj.status = planned.pk, planned.status
