"""结清: a partner's statement of one month as it was when it was settled; never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet


class SettlementQuerySet(ScopedQuerySet):
    owner_lookups = ("partner__clerks__user",)


class Settlement(models.Model):
    """结清: the vouchers of one partner in one month, their sums, and the fingerprint of the rows.

    `content` holds the rows as they stood, each with the price of a point on its day; `content_hash` is the SHA-256 of
    them. `amount` is what they come to in yuan, rounded once, half up to the fen; empty where no price was agreed, as
    in months that were settled before there were prices. What is found later belongs to a later month.
    """

    region = models.ForeignKey("communities.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    partner = models.ForeignKey("Partner", models.PROTECT, related_name="settlements", verbose_name=_("partner"))
    month = models.DateField(_("month"))
    vouchers = models.PositiveIntegerField(_("vouchers"))
    points = models.PositiveBigIntegerField(_("points"))
    amount = models.DecimalField(_("amount (yuan)"), max_digits=12, decimal_places=2, null=True)
    content = models.JSONField(_("rows of the statement"), editable=False)
    content_hash = models.CharField(_("fingerprint"), max_length=64, editable=False)
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("For example the number of the transfer.")
    )
    by = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("by whom"))
    at = models.DateTimeField(_("settled at"))

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement of a month")
        verbose_name_plural = _("settlements of months")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "month"],
                name="a_month_is_settled_once",
                violation_error_message=_("This month is already settled."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="a_month_begins_on_its_first",
                violation_error_message=_("A month is named by its first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} · {self.month:%Y-%m}"
