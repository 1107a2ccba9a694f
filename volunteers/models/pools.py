"""积分池: who gave the points that a place issues."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from communities.models import Region, ScopedQuerySet


class FundingQuerySet(ScopedQuerySet):
    def public(self) -> Self:
        """Everybody may see who gave how much."""
        return self.all()

    def standing(self) -> Self:
        """What was not taken back."""
        return self.filter(journal__reversal=None)

    def around(self, region: Region) -> Self:
        """What was given to a region's pool or one above it, the nearest first."""
        codes = [region.code[:length] for length in (4, 6, 9, 12) if length <= len(region.code)]
        return self.filter(region__code__in=codes).order_by(Length("region__code").desc(), "id")


class Funding(models.Model):
    """注入积分: points that a street or a sponsor gave to a region's pool, to be issued there and below."""

    region = models.ForeignKey("communities.Region", models.PROTECT, related_name="fundings", verbose_name=_("region"))
    sponsor = models.CharField(_("given by"), max_length=80, help_text=_("The street's own budget, or a sponsor."))
    points = models.PositiveIntegerField(_("points"))
    basis = models.CharField(_("basis"), max_length=120, help_text=_("The decision or agreement, with its number."))
    journal = models.OneToOneField("Journal", models.PROTECT, related_name="funding", verbose_name=_("journal"))
    at = models.DateTimeField(_("at"))

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = _("points given to a pool")
        verbose_name_plural = _("points given to pools")
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=1),
                name="funding_gives_points",
                violation_error_message=_("Give at least one point."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.sponsor} · {self.points}"

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return not hasattr(self.journal, "reversal")
