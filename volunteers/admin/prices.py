"""积分单价 in the console: agreed on from the partner's page, taken back with a reason."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ReasonForm, ScopedAdmin
from volunteers.models import PartnerPrice
from volunteers.services import prices


@admin.register(PartnerPrice)
class PartnerPriceAdmin(ScopedAdmin):
    list_display = ["partner", "yuan", "starts_on", "region", "status"]
    list_select_related = ["partner", "region"]
    list_filter = ["status", "starts_on"]
    search_fields = ["partner__name", "partner__name_en"]
    ordering = ["-starts_on", "-id"]
    fields = ["partner", "yuan", "starts_on", "region", "status"]
    moves = [
        Move(
            name="withdraw",
            label=_("Take back"),
            service=prices.withdraw,
            perm="volunteers.withdraw_partnerprice",
            to=PartnerPrice.Status.WITHDRAWN,
            form=ReasonForm,
        )
    ]

    def has_add_permission(self, request: object) -> bool:
        """It is agreed on where the partner is."""
        return False
