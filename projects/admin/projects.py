"""Projects in the console: checked, then led from the shortlist to notice and agreement."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from communities.console_money import yuan
from projects.forms.terms import AgreementTermsForm, NoticeDaysForm
from projects.models import BudgetLine, Milestone, Project
from projects.services import agreements, projects, public_notices
from teams.priority import said

Status = Project.Status


class BudgetLineInline(ReadOnlyInline):
    model = BudgetLine
    show_change_link = False


class MilestoneInline(ReadOnlyInline):
    model = Milestone
    show_change_link = False


@admin.register(Project)
class ProjectAdmin(ScopedAdmin):
    list_display = ["title", "team", "scene", "status", "budget_total", "last_grade", "priority", "region"]
    list_select_related = ["team", "scene", "region"]
    list_prefetch_related = ["lines"]
    list_filter = ["status", "scene", "field", "mode", "last_grade"]
    search_fields = ["title", "team__name", "goals"]
    fieldsets = [
        (None, {"fields": [("region", "status"), ("team", "call"), "priority"]}),
        (
            _("What is planned"),
            {"fields": ["title", ("scene", "field"), "mode", "beneficiaries", "goals", "plan"]},
        ),
        (
            _("Money"),
            {
                "fields": [
                    ("budget_total", "budget_requested"),
                    ("charges", "charge_amount"),
                    ("charge_reason", "share_returned"),
                ]
            },
        ),
        (_("Evaluation"), {"fields": [("last_grade", "last_graded_at")]}),
    ]
    readonly_fields = ["status", "priority", "budget_total", "budget_requested", "last_grade", "last_graded_at"]
    inlines = [BudgetLineInline, MilestoneInline]
    moves = [
        Move(
            name="accept",
            label=_("Accept"),
            service=projects.accept,
            perm="projects.check_project",
            to=Status.ACCEPTED,
            when=lambda project: project.status == Status.SUBMITTED,
        ),
        Move(
            name="return_",
            label=_("Return to be corrected"),
            service=projects.return_,
            perm="projects.check_project",
            when=lambda project: project.status in {Status.SUBMITTED, Status.ACCEPTED},
            form=ReasonForm,
        ),
        Move(
            name="publish_notice",
            label=_("Post the public notice"),
            service=public_notices.publish,
            perm="projects.publish_publicnotice",
            to=Status.NOTICED,
            form=NoticeDaysForm,
        ),
        Move(
            name="draft_agreement",
            label=_("Draw up the agreement"),
            service=agreements.draft,
            perm="projects.draft_agreement",
            when=agreements.may_be_drafted,
            form=AgreementTermsForm,
        ),
    ]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_priority()

    @admin.display(description=_("in the brand library"), ordering="comes_first")
    def priority(self, project: Project) -> str:
        return said(project) or "—"

    @admin.display(description=_("budget (yuan)"))
    def budget_total(self, project: Project) -> Any:
        return yuan(project.total)

    @admin.display(description=_("asked of the call (yuan)"))
    def budget_requested(self, project: Project) -> Any:
        return yuan(project.requested)
