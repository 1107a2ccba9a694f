"""志愿者 in the console: masked; staff suspend and resume, the rest is the volunteer's own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.admin.reveals import reveal_move
from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from communities.services import consents
from volunteers.models import Safeguard, Volunteer
from volunteers.services import profiles, safeguards, volunteers

from .safeguards import GuardianForm, NoteForm

Status = Volunteer.Status


class SafeguardInline(ReadOnlyInline):
    model = Safeguard
    fields = readonly_fields = ["kind", "for_kind", "title", "starts_on", "ends_on", "status"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("for_kind").order_by("-ends_on")


@admin.register(Volunteer)
class VolunteerAdmin(ScopedAdmin):
    list_display = ["number", "masked_name", "nationality", "region", "service_hours", "status"]
    list_select_related = ["region"]
    list_filter = ["status", "skills", "kinds"]
    search_fields = ["number"]
    search_help_text = _("A volunteer number")
    ordering = ["-id"]
    inlines = [SafeguardInline]
    fields = [
        *["number", "masked_name", "sex", "nationality", "masked_document", "region", "skills", "kinds"],
        *["guardian_agreed_on", "named", "service_hours", "points", "status"],
    ]
    moves = [
        reveal_move("volunteers.reveal_volunteer"),
        Move(
            name="note_safeguard",
            label=_("Note insurance or training"),
            service=safeguards.note,
            perm="volunteers.add_safeguard",
            when=lambda volunteer: volunteer.status != Status.LEFT,
            form=NoteForm,
        ),
        Move(
            name="note_guardian",
            label=_("The guardian agreed"),
            service=profiles.note_guardian,
            perm="volunteers.check_volunteer",
            when=lambda volunteer: bool(volunteer.guardian),
            form=GuardianForm,
        ),
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

    @admin.display(description=_("document"))
    def masked_document(self, volunteer: Volunteer) -> str:
        return volunteer.masked_document or "—"

    @admin.display(description=_("may be named in public"), boolean=True)
    def named(self, volunteer: Volunteer) -> bool:
        return not consents.is_missing(volunteer.user, kind=consents.Kinds.PUBLICATION)

    @admin.display(description=_("service hours"))
    def service_hours(self, volunteer: Any) -> str:
        return f"{volunteer.served // 60}:{volunteer.served % 60:02}"

    @admin.display(description=_("points"))
    def points(self, volunteer: Any) -> int:
        return volunteer.balance or 0
