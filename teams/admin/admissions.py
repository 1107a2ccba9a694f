"""Admissions in the console: checked by the community, decided by the street; and the review desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from communities.admin.reveals import reveal_move
from communities.console import Move, ReasonForm, ScopedAdmin
from teams.models import Admission
from teams.priority import said
from teams.review import may_review
from teams.services import admissions

Status = Admission.Status
CHECK, DECIDE = "teams.check_admission", "teams.decide_admission"


class RecommendForm(forms.Form):
    """What speaks for the subject."""

    recommendation = forms.CharField(
        label=_("Recommendation to the street"), max_length=2000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 5})
    )


@admin.register(Admission)
class AdmissionAdmin(ScopedAdmin):
    list_display = ["name", "region", "team_type", "kind", "standing", "status", "priority", "submitted_at"]
    list_select_related = ["region", "team_type"]
    list_filter = ["status", "kind", "standing", "team_type", "submitted_at"]
    search_fields = ["name", "registration_code", "region__name"]
    ordering = ["-submitted_at", "-id"]
    fieldsets = [
        (None, {"fields": [("region", "status"), ("call", "submitted_at")]}),
        (
            _("Who applies"),
            {
                "fields": [
                    ("name", "team_type"),
                    ("kind", "standing"),
                    "registration_code",
                    "priority",
                    ("masked_contact_name", "masked_contact_phone"),
                ]
            },
        ),
        (_("What they bring"), {"fields": ["introduction", "papers", "recommendation"]}),
    ]
    # The form is drawn for reading alone.
    readonly_fields = ["status", "priority", "masked_contact_name", "masked_contact_phone", "papers"]
    moves = [
        Move(
            name="recommend",
            label=_("Recommend"),
            service=admissions.recommend,
            perm=CHECK,
            to=Status.RECOMMENDED,
            form=RecommendForm,
        ),
        Move(
            name="send_back",
            label=_("Return for correction"),
            service=admissions.send_back,
            perm=CHECK,
            to=Status.RETURNED,
            form=ReasonForm,
        ),
        Move(name="admit", label=_("Admit"), service=admissions.admit, perm=DECIDE, to=Status.ADMITTED),
        Move(
            name="reject",
            label=_("Reject"),
            service=admissions.reject,
            perm=DECIDE,
            to=Status.REJECTED,
            form=ReasonForm,
        ),
        reveal_move("teams.reveal_admission"),
    ]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_priority()

    def has_add_permission(self, request: Any) -> bool:
        return False

    @admin.display(description=_("in the brand library"), ordering="comes_first")
    def priority(self, admission: Admission) -> str:
        return said(admission) or "—"

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """What somebody applied with is theirs; staff move it along."""
        return False

    @admin.display(description=_("contact person"))
    def masked_contact_name(self, admission: Admission) -> str:
        return admission.masked_contact_name

    @admin.display(description=_("contact phone"))
    def masked_contact_phone(self, admission: Admission) -> str:
        return admission.masked_contact_phone

    @admin.display(description=_("documents"))
    def papers(self, admission: Any) -> str:
        """By link for those who may read them, by name for observers."""
        documents = admission.documents.select_related("upload")
        if not admission.reader.has_perm("teams.view_admissiondocument"):
            return format_html_join("", "<p>{}</p>", ((document,) for document in documents)) or "—"
        links = ((document.get_absolute_url(), document) for document in documents)
        return format_html_join("", '<p><a class="underline" href="{}">{}</a></p>', links) or "—"

    def get_urls(self) -> list[Any]:
        desk = self.admin_site.admin_view(self.review_desk)
        return [path("review/", desk, name="teams_review"), *super().get_urls()]

    def review_desk(self, request: HttpRequest) -> HttpResponse:
        """审核台: what waits for me, one after the other; fed by the API."""
        user: Any = request.user
        if not may_review(user):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "title": _("Review desk")}
        return render(request, "admin/review.html", context)
