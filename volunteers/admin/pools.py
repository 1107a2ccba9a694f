"""注入积分 and 赠送积分 in the console: the street gives to pools; gifts between people are read, and taken back."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ReasonForm, ScopedAdmin
from volunteers.models import Funding, Gift
from volunteers.services import gifts, pools


@admin.register(Funding)
class FundingAdmin(ScopedAdmin):
    list_display = ["at", "region", "sponsor", "points", "basis", "stands"]
    list_select_related = ["region", "journal__reversal"]
    list_filter = ["at"]
    search_fields = ["sponsor", "basis", "region__name"]
    autocomplete_fields = ["region"]
    fields = ["region", "sponsor", "points", "basis"]
    moves = [
        Move(
            name="take_back",
            label=_("Take back"),
            service=pools.take_back,
            perm="volunteers.take_back_funding",
            when=lambda funding: funding.stands,
            form=ReasonForm,
        )
    ]

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, funding: Funding) -> bool:
        return funding.stands

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        about = {name: getattr(obj, name) for name in ("sponsor", "points", "basis")}
        obj.pk = pools.fund(obj.region, key=secrets.token_urlsafe(16), by=request.user, **about).pk


@admin.register(Gift)
class GiftAdmin(ScopedAdmin):
    list_display = ["at", "giver", "receiver", "relation", "points", "stands"]
    list_select_related = ["giver", "receiver", "journal__reversal"]
    list_filter = ["relation", "at"]
    search_fields = ["giver__number", "receiver__number"]
    fields = ["region", "giver", "receiver", "relation", "points", "at"]
    moves = [
        Move(
            name="take_back",
            label=_("Take back"),
            service=gifts.take_back,
            perm="volunteers.take_back_gift",
            when=lambda gift: gift.stands,
            form=ReasonForm,
        )
    ]

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, gift: Gift) -> bool:
        return gift.stands
