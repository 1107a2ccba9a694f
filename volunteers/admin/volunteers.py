"""志愿者 in the console: masked; staff suspend and resume, the rest is the volunteer's own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ReasonForm, ScopedAdmin
from volunteers.models import Volunteer
from volunteers.services import volunteers

Status = Volunteer.Status


@admin.register(Volunteer)
class VolunteerAdmin(ScopedAdmin):
    list_display = ["number", "masked_name", "nationality", "region", "service_hours", "status"]
    list_select_related = ["region"]
    list_filter = ["status"]
    search_fields = ["number"]
    search_help_text = _("A volunteer number")
    ordering = ["-id"]
    fields = ["number", "masked_name", "nationality", "region", "skills", "service_hours", "points", "status"]
    moves = [
        Move(
            name="suspend",
            label=_("Suspend"),
            service=volunteers.suspend,
            perm="volunteers.suspend_volunteer",
            to=Status.SUSPENDED,
            form=ReasonForm,
        ),
        Move(
            name="resume",
            label=_("Let help again"),
            service=volunteers.resume,
            perm="volunteers.suspend_volunteer",
            to=Status.ACTIVE,
        ),
    ]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_figures()

    @admin.display(description=_("name"))
    def masked_name(self, volunteer: Volunteer) -> str:
        return volunteer.masked_name

    @admin.display(description=_("service hours"))
    def service_hours(self, volunteer: Any) -> str:
        return f"{volunteer.served // 60}:{volunteer.served % 60:02}"

    @admin.display(description=_("points"))
    def points(self, volunteer: Any) -> int:
        return volunteer.balance or 0
