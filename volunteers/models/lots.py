"""有期限的积分: points of a person that have a last day, gathered by that day.

Points without a last day are in no lot. What expires first is spent first.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet

# So long before their last day people are told.
WARNING = timedelta(days=30)


class LotQuerySet(ScopedQuerySet):
    region_lookup = "account__region"
    owner_lookups = ("account__volunteer__user",)

    def with_points(self) -> Self:
        """Lots in which something is left, what expires first first."""
        return self.filter(left__gt=0).order_by("expires_on", "id")

    def expired(self, *, on: date) -> Self:
        """Those whose last day is past."""
        return self.with_points().filter(expires_on__lt=on)

    def to_warn_of(self, *, on: date) -> Self:
        """Those that expire soon and whose owner was not told."""
        return self.with_points().filter(expires_on__range=(on, on + WARNING), warned_on=None)


class Lot(models.Model):
    """有期限的积分: what is left of a person's points that have this last day."""

    account = models.ForeignKey("Account", models.PROTECT, related_name="lots", verbose_name=_("points account"))
    expires_on = models.DateField(_("last day"))
    left = models.BigIntegerField(_("points left"), default=0)
    warned_on = models.DateField(_("warned on"), null=True, editable=False)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("points with a last day")
        verbose_name_plural = _("points with a last day")
        indexes = [models.Index(fields=["expires_on"], condition=Q(left__gt=0), name="lots_by_last_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "expires_on"],
                name="one_lot_per_last_day",
                violation_error_message=_("Two postings met; please try again."),
            ),
            models.CheckConstraint(
                condition=Q(left__gte=0),
                name="lot_never_negative",
                violation_error_message=_("There are not enough points."),
            ),
        ]

    def __str__(self) -> str:
        said = gettext("%(points)d points until %(day)s")
        return said % {"points": self.left, "day": date_format(self.expires_on, "DATE_FORMAT")}


class LotMove(models.Model):
    """Points of an entry that went into a lot or came out of it; never changed."""

    entry = models.ForeignKey("PointEntry", models.PROTECT, related_name="lot_moves")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="moves")
    amount = models.BigIntegerField()

    class Meta:
        verbose_name = _("points into or out of a lot")
        verbose_name_plural = _("points into or out of lots")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "lot"],
                name="one_move_per_lot_of_an_entry",
                violation_error_message=_("Two postings met; please try again."),
            ),
            models.CheckConstraint(
                condition=~Q(amount=0), name="lot_move_moves_points", violation_error_message=_("No points, no entry.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+d}"
