"""预留: a piece is kept for somebody for some hours.

What is held is the piece alone, not the points: the piece is what others might take, while the points are the
person's own. So nothing is posted for what may never happen, and points that expire meanwhile expire as always.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet

if TYPE_CHECKING:
    from communities.models import User

# After a reservation has lapsed, the same reward is not reserved again by the same person for so long.
PAUSE = timedelta(hours=24)


class ReservationQuerySet(ScopedQuerySet):
    owner_lookups = ("volunteer__user",)

    def live(self, *, at: datetime) -> Self:
        """Those that hold a piece at this moment."""
        return self.filter(status=Reservation.Status.HELD, held_until__gt=at)

    def overdue(self, *, at: datetime) -> Self:
        """Those whose time is over and whose piece is still to be put back."""
        return self.filter(status=Reservation.Status.HELD, held_until__lte=at)

    def lately_lapsed(self, *, at: datetime) -> Self:
        return self.filter(status=Reservation.Status.LAPSED, held_until__gt=at - PAUSE)


class Reservation(Lifecycle):
    """预留: one piece of a reward, held for a volunteer until a moment; it lapses by itself."""

    class Status(models.TextChoices):
        HELD = "held", _("being held")
        REDEEMED = "redeemed", _("redeemed")
        CANCELLED = "cancelled", _("given up")
        LAPSED = "lapsed", _("lapsed")

    MOVES = {Status.HELD: {Status.REDEEMED, Status.CANCELLED, Status.LAPSED}}

    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="reservations", verbose_name=_("volunteer"))
    reward = models.ForeignKey("Reward", models.PROTECT, related_name="reservations", verbose_name=_("reward"))
    held_until = models.DateTimeField(_("held until"))

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        indexes = [models.Index(fields=["held_until"], condition=Q(status="held"), name="reservations_by_end")]
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "reward"],
                condition=Q(status="held"),
                name="one_reservation_each",
                violation_error_message=_("You have already reserved this."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reward} · {self.volunteer}"

    def get_absolute_url(self) -> str:
        return self.reward.get_absolute_url()

    def is_live(self, at: datetime) -> bool:
        return self.status == self.Status.HELD and self.held_until > at

    def audience(self, change: Any) -> list[User]:
        """Who reserved it hears that it has lapsed."""
        return [self.volunteer.user] if change.new == self.Status.LAPSED else []
