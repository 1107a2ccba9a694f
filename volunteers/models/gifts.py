"""赠送积分: points given to a family member or a neighbour in need."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet


class GiftQuerySet(ScopedQuerySet):
    owner_lookups = ("giver__user", "receiver__user")

    def standing(self) -> Self:
        """What was not taken back."""
        return self.filter(journal__reversal=None)

    def points_since(self, moment: datetime) -> int:
        """How many points were given from this moment on, and not taken back."""
        return self.standing().filter(at__gte=moment).aggregate(total=Sum("points"))["total"] or 0


class Gift(models.Model):
    """赠送: points that one volunteer gave another; nothing is said of why but whom they were for."""

    class Relation(models.TextChoices):
        FAMILY = "family", _("a family member")
        NEIGHBOUR = "neighbour", _("a neighbour in need")

    region = models.ForeignKey("communities.Region", models.PROTECT, related_name="gifts", verbose_name=_("region"))
    giver = models.ForeignKey("Volunteer", models.PROTECT, related_name="gifts_made", verbose_name=_("giver"))
    receiver = models.ForeignKey("Volunteer", models.PROTECT, related_name="gifts_received", verbose_name=_("receiver"))
    points = models.PositiveIntegerField(_("points"))
    relation = models.CharField(_("whom it is for"), max_length=10, choices=Relation)
    key = models.CharField(max_length=64, editable=False)
    journal = models.OneToOneField("Journal", models.PROTECT, related_name="gift", verbose_name=_("journal"))
    at = models.DateTimeField(_("at"))

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift of points")
        verbose_name_plural = _("gifts of points")
        indexes = [models.Index(fields=["giver", "at"], name="gifts_of_a_giver")]
        constraints = [
            models.UniqueConstraint(
                fields=["giver", "key"],
                name="one_gift_per_key",
                violation_error_message=_("This was already given."),
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")),
                name="gift_is_for_another",
                violation_error_message=_("A gift is for somebody else."),
            ),
            models.CheckConstraint(
                condition=Q(points__gte=1),
                name="gift_gives_points",
                violation_error_message=_("Give at least one point."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver.masked_name} → {self.receiver.masked_name} · {self.points}"

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return not hasattr(self.journal, "reversal")
