"""离线核销: vouchers that a till accepted without network and sent later.

The first that comes uses the voucher. Whatever comes for a voucher that is used, cancelled or lapsed by then, or for a
place in a class on another day, is a double use: it stands here until staff have decided who bears it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet

if TYPE_CHECKING:
    from communities.models import User


class OfflineUseQuerySet(ScopedQuerySet):
    owner_lookups = ("partner__clerks__user",)

    def to_decide(self) -> Self:
        return self.filter(status=OfflineUse.Status.DOUBLE)

    def honoured_in(self, first: datetime, end: datetime) -> Self:
        """Double uses that staff decided to pay, from this moment on and before that one."""
        return self.filter(status=OfflineUse.Status.HONOURED, decided_at__gte=first, decided_at__lt=end)


class OfflineUse(Lifecycle):
    """离线核销: one acceptance by a till without network, under the key that the device made up for it."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("received")
        ACCEPTED = "accepted", _("accepted")
        DOUBLE = "double", _("used twice, to be decided")
        HONOURED = "honoured", _("paid to the partner")
        REFUSED = "refused", _("borne by the partner")

    class Found(models.TextChoices):
        GOOD = "good", _("good")
        USED = "used", _("already used")
        CANCELLED = "cancelled", _("cancelled before")
        LAPSED = "lapsed", _("lapsed before")
        OTHER_DAY = "otherday", _("a class on another day")

    MOVES = {
        Status.RECEIVED: {Status.ACCEPTED, Status.DOUBLE},
        Status.DOUBLE: {Status.HONOURED, Status.REFUSED},
    }
    NEED_REASON = {Status.HONOURED, Status.REFUSED}

    redemption = models.ForeignKey(
        "Redemption", models.PROTECT, related_name="offline_uses", verbose_name=_("redemption")
    )
    partner = models.ForeignKey("Partner", models.PROTECT, related_name="offline_uses", verbose_name=_("partner"))
    clerk = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("accepted by"))
    key = models.UUIDField(_("key of the device"), unique=True, editable=False)
    found = models.CharField(_("found"), max_length=10, choices=Found)
    presented_at = models.DateTimeField(_("presented at, by the clock of the device"))
    received_at = models.DateTimeField(_("received at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)

    objects = OfflineUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("voucher accepted offline")
        verbose_name_plural = _("vouchers accepted offline")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="received")
                | models.Q(found="good", status="accepted")
                | ~models.Q(found="good") & ~models.Q(status="accepted"),
                name="only_good_vouchers_are_accepted",
                violation_error_message=_("A voucher that was not good is a double use."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["received", "accepted", "double"], decided_at=None)
                | models.Q(status__in=["honoured", "refused"], decided_at__isnull=False),
                name="double_use_is_decided_at_a_moment",
                violation_error_message=_("A decision has a moment."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.redemption.reward} · {self.partner}"

    def audience(self, change: Any) -> list[User]:
        """The clerk hears what was decided."""
        return [self.clerk] if change.new in {self.Status.HONOURED, self.Status.REFUSED} else []
