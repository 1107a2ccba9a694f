"""积分单价: what a point is worth to a partner, in yuan, from a day on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from communities.models import User

    from .rewards import Partner


class PartnerPriceQuerySet(ScopedQuerySet):
    owner_lookups = ("partner__clerks__user",)

    def of(self, partner: Partner) -> Self:
        """A partner's prices that stand, in the order in which they begin."""
        return self.filter(partner=partner, status=PartnerPrice.Status.AGREED).order_by("starts_on")

    def in_force(self, partner: Partner, *, on: date) -> PartnerPrice | None:
        """The price of a day: the latest that has begun; None where none was agreed."""
        found: PartnerPrice | None = self.of(partner).filter(starts_on__lte=on).last()
        return found


class PartnerPrice(Lifecycle):
    """积分单价: one point is worth so many yuan to a partner, from a day on until a later price begins.

    A voucher is worth the price of the day on which it stands in the monthly statement: on which it was accepted or,
    of a double use that is paid, on which that was decided. The database changes no price: one that was entered
    wrongly is taken back with a reason, and another agreed on. Neither is possible where the month of its first day, or
    a later one, is settled.
    """

    class Status(models.TextChoices):
        AGREED = "agreed", pgettext_lazy("price", "agreed")
        WITHDRAWN = "withdrawn", _("taken back")

    MOVES = {Status.AGREED: {Status.WITHDRAWN}}
    NEED_REASON = {Status.WITHDRAWN}

    partner = models.ForeignKey("Partner", models.PROTECT, related_name="prices", verbose_name=_("partner"))
    yuan = models.DecimalField(
        _("yuan a point"), max_digits=6, decimal_places=4, help_text=_("Up to four decimals: 0.0500 is five fen.")
    )
    starts_on = models.DateField(_("starts on"))

    objects = PartnerPriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("price of a point")
        verbose_name_plural = _("prices of a point")
        constraints = [
            models.CheckConstraint(
                condition=Q(yuan__gt=0),
                name="a_point_is_worth_something",
                violation_error_message=_("A point is worth more than nothing."),
            ),
            models.UniqueConstraint(
                fields=["partner", "starts_on"],
                condition=Q(status="agreed"),
                name="one_price_a_day",
                violation_error_message=_("There is already a price that begins on this day; take it back first."),
            ),
        ]

    def __str__(self) -> str:
        said = gettext("%(yuan)s yuan a point from %(day)s on")
        return said % {"yuan": shown(self.yuan), "day": self.starts_on}

    def get_absolute_url(self) -> str:
        return reverse("volunteers:statements", args=[self.partner_id])

    def audience(self, _change: Any) -> list[User]:
        """The partner's clerks hear of it."""
        return [clerk.user for clerk in self.partner.clerks.select_related("user")]


def shown(yuan: Decimal) -> str:
    """A price as people write it: 0.05, not 0.0500."""
    return f"{yuan.normalize():f}"
