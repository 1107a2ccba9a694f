"""投递 in the console: what could not be delivered, and why."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ScopedAdmin
from communities.encryption import mask_name
from communities.models import Delivery
from communities.services import notices


@admin.register(Delivery)
class DeliveryAdmin(ScopedAdmin):
    list_display = ["to_whom", "channel", "region", "status", "tries", "due_at", "sent_at", "error"]
    list_select_related = ["notice__user", "notice__region"]
    list_filter = ["status", "channel", "due_at"]
    search_fields = ["error", "notice__region__name"]
    search_help_text = _("An error, or a region")
    ordering = ["-id"]
    fields = readonly_fields = ["to_whom", "channel", "region", "status", "tries", "due_at", "sent_at", "error"]
    moves = [
        Move(
            name="retry",
            label=_("Try again"),
            service=notices.retry,
            perm="communities.retry_delivery",
            when=lambda delivery: delivery.status == Delivery.Status.FAILED,
        )
    ]

    @admin.display(description=_("to whom"))
    def to_whom(self, delivery: Delivery) -> str:
        return mask_name(delivery.notice.user.name)

    @admin.display(description=_("region"))
    def region(self, delivery: Delivery) -> str:
        return str(delivery.notice.region or "—")
