"""离线核销 and 预留 in the console: double use is decided here; reservations are only looked at."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ReasonForm, ScopedAdmin
from volunteers.models import OfflineUse, Reservation
from volunteers.services import offline_uses

Status, DECIDE = OfflineUse.Status, "volunteers.decide_offlineuse"


@admin.register(OfflineUse)
class OfflineUseAdmin(ScopedAdmin):
    list_display = ["redemption", "partner", "found", "presented_at", "received_at", "status"]
    list_select_related = ["redemption__reward", "redemption__volunteer", "partner"]
    list_filter = ["status", "found", "received_at"]
    search_fields = ["partner__name", "redemption__reward__title"]
    ordering = ["-id"]
    fields = ["redemption", "partner", "clerk_name", "found", "presented_at", "received_at", "decided_at", "status"]
    readonly_fields = fields
    moves = [
        Move(
            name="honour",
            label=_("Pay the partner"),
            service=offline_uses.honour,
            perm=DECIDE,
            to=Status.HONOURED,
            form=ReasonForm,
            hurts=False,
            done=_("It stands in the partner's statement of this month."),
        ),
        Move(
            name="refuse",
            label=_("Let the partner bear it"),
            service=offline_uses.refuse,
            perm=DECIDE,
            to=Status.REFUSED,
            form=ReasonForm,
        ),
    ]

    @admin.display(description=_("accepted by"))
    def clerk_name(self, use: OfflineUse) -> str:
        return use.clerk.shown_name


@admin.register(Reservation)
class ReservationAdmin(ScopedAdmin):
    list_display = ["reward", "volunteer", "held_until", "status"]
    list_select_related = ["reward", "volunteer"]
    list_filter = ["status"]
    search_fields = ["volunteer__number", "reward__title"]
    ordering = ["-id"]
    fields = ["reward", "volunteer", "held_until", "status"]
