"""离线签到 in the console: what was sent later and waits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ReasonForm, ScopedAdmin
from volunteers.models import KeptScan
from volunteers.services import kept_scans

Status, DECIDE = KeptScan.Status, "volunteers.decide_keptscan"


@admin.register(KeptScan)
class KeptScanAdmin(ScopedAdmin):
    list_display = ["activity", "volunteer", "is_leaving", "at", "arrived_at", "why_words", "status"]
    list_select_related = ["activity", "volunteer"]
    list_filter = ["status", "why"]
    search_fields = ["activity__title", "volunteer__number"]
    ordering = ["-arrived_at", "-id"]
    fields = [
        *["activity", "volunteer", "is_leaving", "means", "at", "phone_at", "arrived_at", "why", "status"],
        "attendance",
    ]
    moves = [
        Move(
            name="accept",
            label=_("It is right: note it"),
            service=kept_scans.accept,
            perm=DECIDE,
            to=Status.NOTED,
            done=_("It is noted at the moment it stands for."),
        ),
        Move(
            name="reject",
            label=_("Do not note it"),
            service=kept_scans.reject,
            perm=DECIDE,
            to=Status.REJECTED,
            form=ReasonForm,
        ),
    ]

    @admin.display(description=_("why it waits"), ordering="why")
    def why_words(self, scan: Any) -> str:
        return str(scan.get_why_display())
