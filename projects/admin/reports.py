"""Milestones and their reports in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from projects.models import Milestone, MilestoneReport
from projects.services import reports

from .files import links

Status = MilestoneReport.Status


class ReportInline(ReadOnlyInline):
    model = MilestoneReport
    fields = ["status", "text", "people_served", "events_held", "money_spent", "reported_at"]
    readonly_fields = fields


class OverdueFilter(admin.SimpleListFilter):
    """Overdue or not."""

    title = _("overdue")
    parameter_name = "overdue"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        return [("1", _("overdue"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.overdue() if self.value() else queryset


@admin.register(Milestone)
class MilestoneAdmin(ScopedAdmin):
    list_display = ["title", "project", "due_on", "progress"]
    list_select_related = ["project"]
    list_filter = [OverdueFilter, "due_on"]
    search_fields = ["title", "project__title"]
    ordering = ["-due_on", "-id"]
    list_prefetch_related = ["reports"]
    inlines = [ReportInline]

    @admin.display(description=_("progress"))
    def progress(self, milestone: Milestone) -> str:
        return milestone.progress_label


@admin.register(MilestoneReport)
class MilestoneReportAdmin(ScopedAdmin):
    list_display = ["milestone", "project", "status", "people_served", "events_held", "money_spent", "reported_at"]
    list_select_related = ["milestone__project"]
    list_filter = ["status", "reported_at"]
    search_fields = ["milestone__title", "milestone__project__title", "text"]
    fields = [
        "region",
        "milestone",
        "status",
        "text",
        ("people_served", "events_held", "money_spent"),
        "pictures",
        "reported_at",
    ]
    readonly_fields = ["status", "reported_at", "pictures"]
    moves = [
        Move(
            name="confirm",
            label=_("Confirm"),
            service=reports.confirm,
            perm="projects.check_milestonereport",
            to=Status.CONFIRMED,
        ),
        Move(
            name="return_",
            label=_("Send back"),
            service=reports.return_,
            perm="projects.check_milestonereport",
            to=Status.RETURNED,
            form=ReasonForm,
        ),
    ]

    @admin.display(description=_("project"))
    def project(self, report: MilestoneReport) -> str:
        return str(report.milestone.project)

    @admin.display(description=_("photos"))
    def pictures(self, report: MilestoneReport) -> Any:
        return links("projects:report-photo", report, report.photos.all())
