"""兑换 in the console: partners, what they offer, and the vouchers, without their codes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from communities.models import User
from volunteers.models import Clerk, Partner, Redemption, Reward, StockChange
from volunteers.services import partners, redemptions, rewards

RUN_PARTNER, RUN_REWARD = "volunteers.run_partner", "volunteers.run_reward"


class ClerkForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=64, widget=UnfoldAdminTextInputWidget)
    phone = forms.CharField(label=_("phone"), max_length=32, widget=UnfoldAdminTextInputWidget)


class RemoveClerkForm(forms.Form):
    """Which of the clerks, and why."""

    wants_instance = True
    clerk = forms.ModelChoiceField(Clerk.objects.none(), label=_("clerk"), widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(label=_("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))

    def __init__(self, *args: Any, instance: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clerk"].queryset = instance.clerks.select_related("user")


def remove_clerk(partner: Partner, *, clerk: Clerk, reason: str, by: User) -> None:
    """The button of the partner's page, which chooses the clerk in its form."""
    partners.remove_clerk(partner, user=clerk.user, reason=reason, by=by)


class StockForm(forms.Form):
    pieces = forms.IntegerField(
        label=_("pieces"), widget=UnfoldAdminIntegerFieldWidget, help_text=_("Below zero takes pieces out.")
    )
    reason = forms.CharField(label=_("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class ClerkInline(ReadOnlyInline):
    model = Clerk
    fields = readonly_fields = ["user"]
    show_change_link = False


@admin.register(Partner)
class PartnerAdmin(ScopedAdmin):
    list_display = ["name", "name_en", "region", "status"]
    list_select_related = ["region"]
    list_filter = ["status"]
    search_fields = ["name", "name_en"]
    ordering = ["-id"]
    autocomplete_fields = ["region"]
    fields = ["region", "name", "name_en", "address", "telephone", "status"]
    readonly_fields = ["status"]
    inlines = [ClerkInline]
    moves = [
        Move(name="add_clerk", label=_("Add a clerk"), service=partners.add_clerk, perm=RUN_PARTNER, form=ClerkForm),
        Move(
            name="remove_clerk",
            label=_("Remove a clerk"),
            service=remove_clerk,
            perm=RUN_PARTNER,
            when=lambda partner: partner.clerks.exists(),
            form=RemoveClerkForm,
        ),
        Move(
            name="suspend",
            label=_("Suspend"),
            service=partners.suspend,
            perm=RUN_PARTNER,
            to=Partner.Status.SUSPENDED,
            form=ReasonForm,
        ),
        Move(name="resume", label=_("Resume"), service=partners.resume, perm=RUN_PARTNER, to=Partner.Status.ACTIVE),
    ]

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return self.fields if obj else [name for name in self.fields or [] if name != "status"]

    def get_inlines(self, request: Any, obj: Any) -> Any:
        return self.inlines if obj else []

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        partners.enrol(obj, by=request.user)


class StockInline(ReadOnlyInline):
    model = StockChange
    fields = readonly_fields = ["at", "pieces", "reason", "actor"]
    show_change_link = False


EDITED = [
    *["region", "partner", "title", "title_en", "about", "about_en"],
    *["points", "stock", "limit_per_person", "valid_until"],
]
# What a draft's form may still change; stock has its own move.
FIXED = ["region", "partner", "stock", "status"]


@admin.register(Reward)
class RewardAdmin(ScopedAdmin):
    list_display = ["title", "partner", "region", "points", "stock", "valid_until", "status"]
    list_select_related = ["partner", "region"]
    list_filter = ["status"]
    search_fields = ["title", "title_en"]
    ordering = ["-id"]
    autocomplete_fields = ["region"]
    inlines = [StockInline]
    moves = [
        Move(name="offer", label=_("Offer"), service=rewards.offer, perm=RUN_REWARD, to=Reward.Status.OFFERED),
        Move(name="close", label=_("Offer no longer"), service=rewards.close, perm=RUN_REWARD, to=Reward.Status.CLOSED),
        Move(
            name="restock",
            label=_("Change the stock"),
            service=rewards.restock,
            perm=RUN_REWARD,
            when=lambda reward: reward.stock is not None,
            form=StockForm,
        ),
    ]

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return [*EDITED, "status"] if obj else EDITED

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        if obj is None:
            return []
        return FIXED if obj.status == Reward.Status.DRAFT else [*EDITED, "status"]

    def get_inlines(self, request: Any, obj: Any) -> Any:
        return self.inlines if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.related_model is Partner:
            kwargs["queryset"] = Partner.objects.within(*request.user.codes_granting("volunteers.add_reward"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if not change:
            rewards.draft(obj, by=request.user)
        else:
            values = {name: form.cleaned_data[name] for name in form.changed_data}
            rewards.edit(obj, by=request.user, **values)


@admin.register(Redemption)
class RedemptionAdmin(ScopedAdmin):
    list_display = ["reward", "volunteer", "points", "redeemed_at", "valid_until", "used_at", "status"]
    list_select_related = ["reward", "volunteer"]
    list_filter = ["status"]
    search_fields = ["volunteer__number", "reward__title"]
    ordering = ["-id"]
    fields = ["reward", "volunteer", "points", "redeemed_at", "valid_until", "used_at", "accepted_by", "status"]
    moves = [
        Move(
            name="cancel",
            label=_("Cancel"),
            service=redemptions.cancel,
            perm="volunteers.cancel_redemption",
            to=Redemption.Status.CANCELLED,
            form=ReasonForm,
        )
    ]
