"""Who holds which role where, in the console."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from communities.console import Move, ReasonForm, ScopedAdmin
from communities.models import RoleAssignment
from communities.services import roles


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ScopedAdmin):
    list_display = ["person", "role", "region", "ended_at"]
    list_select_related = ["user", "region"]
    list_prefetch_related = ["user__role_assignments"]
    ordering = ["-id"]
    list_filter = ["role", ("ended_at", admin.EmptyFieldListFilter)]
    search_fields = ["user__name", "region__name"]
    fields = ["person", "role", "region", "ended_at"]
    readonly_fields = fields
    moves = [
        Move(
            name="take",
            label=_("End this role"),
            service=roles.take,
            perm="communities.assign_role",
            when=lambda held: held.ended_at is None,
            form=ReasonForm,
        )
    ]

    @display(description=_("person"))
    def person(self, held: RoleAssignment) -> str:
        return held.user.shown_name
