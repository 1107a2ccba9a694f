"""兑换券: points spent, and the voucher for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet

if TYPE_CHECKING:
    from communities.models import User

# Nobody mistakes these letters and digits for each other, on paper or by telephone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10


class RedemptionQuerySet(ScopedQuerySet):
    owner_lookups = ("volunteer__user",)

    def live(self) -> Self:
        """Those that cost points and stock: waiting to be used, or used."""
        return self.filter(status__in=[Redemption.Status.ISSUED, Redemption.Status.USED])

    def overdue(self, *, on: date) -> Self:
        return self.filter(status=Redemption.Status.ISSUED, valid_until__lt=on)

    def acceptable_by(self, user: User) -> Self:
        """Vouchers of the partners whose clerk this person is."""
        return self.filter(reward__partner__clerks__user=user)

    def used_in(self, first: datetime, end: datetime) -> Self:
        """Those accepted from this moment on and before that one."""
        return self.filter(status=Redemption.Status.USED, used_at__gte=first, used_at__lt=end)


class Redemption(Lifecycle):
    """兑换: points exchanged for a reward; its voucher is accepted once, by the partner."""

    class Status(models.TextChoices):
        ISSUED = "issued", _("to be used")
        USED = "used", _("used")
        CANCELLED = "cancelled", _("cancelled")
        LAPSED = "lapsed", _("lapsed")

    # What was used is given back in one case alone: the class that it was for does not take place.
    MOVES = {Status.ISSUED: {Status.USED, Status.CANCELLED, Status.LAPSED}, Status.USED: {Status.CANCELLED}}

    volunteer = models.ForeignKey(
        "Volunteer", models.PROTECT, db_index=False, related_name="redemptions", verbose_name=_("volunteer")
    )  # first in the index of `one_redemption_per_key`
    reward = models.ForeignKey("Reward", models.PROTECT, related_name="redemptions", verbose_name=_("reward"))
    points = models.PositiveIntegerField(_("points"))
    code = models.CharField(_("voucher code"), max_length=16, unique=True, editable=False)
    key = models.CharField(max_length=64, editable=False)
    valid_until = models.DateField(_("valid until"))
    redeemed_at = models.DateTimeField(_("redeemed at"))
    used_at = models.DateTimeField(_("used at"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        "communities.User", models.PROTECT, null=True, related_name="+", verbose_name=_("accepted by")
    )
    journal = models.OneToOneField("Journal", models.PROTECT, related_name="redemption", verbose_name=_("journal"))

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        indexes = [models.Index(fields=["status", "valid_until"], name="vouchers_by_validity")]
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "key"],
                name="one_redemption_per_key",
                violation_error_message=_("This was already redeemed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reward} · {self.volunteer}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:voucher", args=[self.pk])

    @property
    def spoken_code(self) -> str:
        """The code as it is read out: in two halves."""
        half = CODE_LENGTH // 2
        return f"{self.code[:half]}-{self.code[half:]}"

    def audience(self, _change: Any) -> list[User]:
        return [self.volunteer.user]

    def concerns_others(self, change: Any) -> bool:
        return bool(change.actor_id != self.volunteer.user_id)
