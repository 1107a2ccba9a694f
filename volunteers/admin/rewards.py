"""兑换 in the console: what partners offer, with its photos, and the vouchers, without their codes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from communities.models import User
from volunteers.models import Partner, Redemption, Reward, RewardKind, RewardPhoto, StockChange
from volunteers.models.photos import MOST_PHOTOS
from volunteers.services import redemptions, reward_photos, rewards

RUN = "volunteers.run_reward"


class StockForm(forms.Form):
    pieces = forms.IntegerField(
        label=_("pieces"), widget=UnfoldAdminIntegerFieldWidget, help_text=_("Below zero takes pieces out.")
    )
    reason = forms.CharField(label=_("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class PhotoForm(forms.Form):
    """A picture with what it shows, in both languages."""

    photo = forms.FileField(
        label=_("Photo"), widget=UnfoldAdminFileFieldWidget, help_text=_("JPEG or PNG, 10 MB at most.")
    )
    caption = forms.CharField(label=_("What it shows"), max_length=80, required=False)
    caption_en = forms.CharField(label=_("What it shows, in English"), max_length=160, required=False)


class RemovePhotoForm(forms.Form):
    """Which of the photos."""

    wants_instance = True
    photo = forms.ModelChoiceField(RewardPhoto.objects.none(), label=_("Photo"), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, instance: Reward, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photo"].queryset = instance.photos.select_related("reward")


def remove_photo(_reward: Reward, *, photo: RewardPhoto, by: User) -> None:
    """The button of the reward's page, which chooses the photo in its form."""
    reward_photos.remove(photo, by=by)


class PhotoInline(ReadOnlyInline):
    model = RewardPhoto
    fields = readonly_fields = ["picture", "caption", "caption_en"]
    show_change_link = False

    @admin.display(description=_("photo"))
    def picture(self, photo: RewardPhoto) -> str:
        return format_html('<img src="{}" alt="{}" width="120" loading="lazy">', photo.get_thumb_url(), photo)


class StockInline(ReadOnlyInline):
    model = StockChange
    fields = readonly_fields = ["at", "pieces", "reason", "actor"]
    show_change_link = False


EDITED = [
    *["region", "partner", "kind", "title", "title_en", "about", "about_en"],
    *["points", "stock", "limit_per_person", "limit_per_month", "valid_until", "days_valid"],
    *["hold_hours", "lesson_minutes"],
]
# What a draft's form may still change; stock has its own move.
FIXED = ["region", "partner", "stock", "status"]


@admin.register(Reward)
class RewardAdmin(ScopedAdmin):
    list_display = ["title", "kind", "partner", "region", "points", "stock", "valid_until", "status"]
    list_select_related = ["kind", "partner", "region"]
    list_filter = ["status", "kind"]
    search_fields = ["title", "title_en"]
    ordering = ["-id"]
    autocomplete_fields = ["region"]
    inlines = [PhotoInline, StockInline]
    moves = [
        Move(name="offer", label=_("Offer"), service=rewards.offer, perm=RUN, to=Reward.Status.OFFERED),
        Move(name="close", label=_("Offer no longer"), service=rewards.close, perm=RUN, to=Reward.Status.CLOSED),
        Move(
            name="restock",
            label=_("Change the stock"),
            service=rewards.restock,
            perm=RUN,
            when=lambda reward: reward.stock is not None,
            form=StockForm,
        ),
        Move(
            name="add_photo",
            label=_("Add a photo"),
            service=reward_photos.add,
            perm="volunteers.change_reward",
            when=lambda reward: reward.photos.count() < MOST_PHOTOS,
            form=PhotoForm,
        ),
        Move(
            name="remove_photo",
            label=_("Remove a photo"),
            service=remove_photo,
            perm="volunteers.change_reward",
            when=lambda reward: reward.photos.exists(),
            form=RemovePhotoForm,
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
        if db_field.related_model is RewardKind:
            kwargs["queryset"] = RewardKind.objects.active()
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
            when=lambda redemption: redemption.status == Redemption.Status.ISSUED,
            form=ReasonForm,
        )
    ]
