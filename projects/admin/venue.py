"""Slips, helped votes and kiosks in the console; they are made on the pages for the venue."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.admin.reveals import reveal_move
from communities.console import Move, ScopedAdmin
from projects.models import Kiosk, PaperSheet, VotingSlip
from projects.services import ballots, kiosks, slips

RUN = "projects.run_poll"


@admin.register(VotingSlip)
class VotingSlipAdmin(ScopedAdmin):
    """Who has a slip, and whose vote was helped by whom, as facts; never what was chosen."""

    list_display = ["masked_name", "poll", "is_experts", "is_valid", "shown_helper", "shown_witness"]
    list_select_related = ["resident", "user", "poll__roadshow"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), ("helper", admin.EmptyFieldListFilter)]
    search_fields = ["poll__roadshow__title", "resident__grid"]
    search_help_text = _("A roadshow or a grid")
    fields = ["masked_name", "poll", "is_experts", "is_valid", "shown_helper", "shown_witness"]
    readonly_fields = ["masked_name", "is_experts", "is_valid", "shown_helper", "shown_witness"]
    moves = [
        Move(
            name="revoke",
            label=_("Revoke"),
            service=slips.revoke,
            perm=RUN,
            when=lambda slip: slip.revoked_at is None,
            hurts=True,
        ),
        reveal_move("projects.reveal_votingslip"),
    ]

    @admin.display(description=_("name"))
    def masked_name(self, slip: VotingSlip) -> str:
        return slip.masked_name

    @admin.display(description=_("expert"), boolean=True)
    def is_experts(self, slip: VotingSlip) -> bool:
        return slip.user_id is not None

    @admin.display(description=_("valid"), boolean=True)
    def is_valid(self, slip: VotingSlip) -> bool:
        return slip.revoked_at is None

    @admin.display(description=_("helper"))
    def shown_helper(self, slip: VotingSlip) -> str:
        return slip.masked_helper or "—"

    @admin.display(description=_("witness"))
    def shown_witness(self, slip: VotingSlip) -> str:
        return slip.masked_witness or "—"


@admin.register(Kiosk)
class KioskAdmin(ScopedAdmin):
    list_display = ["name", "poll", "ended_at"]
    list_select_related = ["poll__roadshow"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "poll__roadshow__title"]
    fields = ["name", "poll", "ended_at"]
    readonly_fields = ["ended_at"]
    moves = [
        Move(
            name="end",
            label=_("Take out of service"),
            service=kiosks.end,
            perm=RUN,
            when=lambda kiosk: kiosk.ended_at is None,
            hurts=True,
        )
    ]


@admin.register(PaperSheet)
class PaperSheetAdmin(ScopedAdmin):
    """Which sheets were printed and which were set aside; readings are nowhere here."""

    list_display = ["shown_code", "poll", "is_experts", "set_aside"]
    list_select_related = ["poll__roadshow"]
    list_filter = [("set_aside", admin.EmptyFieldListFilter)]
    search_fields = ["code", "poll__roadshow__title"]
    fields = ["shown_code", "poll", "is_experts", "set_aside"]
    readonly_fields = ["shown_code", "is_experts", "set_aside"]

    @admin.display(description=_("code"), ordering="code")
    def shown_code(self, sheet: Any) -> str:
        return ballots.as_shown(sheet.code)

    @admin.display(description=_("for experts"), boolean=True)
    def is_experts(self, sheet: PaperSheet) -> bool:
        return sheet.is_experts
