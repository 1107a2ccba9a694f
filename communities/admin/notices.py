"""投递 in the console: what could not be delivered, and why."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ScopedAdmin
from communities.models import Delivery
from communities.services import notices


@admin.register(Delivery)
class DeliveryAdmin(ScopedAdmin):
    list_display = ["__str__", "region", "status", "tries", "due_at", "sent_at", "error"]
    list_select_related = ["notice__user", "notice__region"]
    list_filter = ["status", "channel"]
    ordering = ["-id"]
    fields = readonly_fields = ["__str__", "region", "status", "tries", "due_at", "sent_at", "error"]
    moves = [
        Move(
            name="retry",
            label=_("Try again"),
            service=notices.retry,
            perm="communities.retry_delivery",
            when=lambda delivery: delivery.status == Delivery.Status.FAILED,
        )
    ]

    @admin.display(description=_("region"))
    def region(self, delivery: Delivery) -> str:
        return str(delivery.notice.region)
