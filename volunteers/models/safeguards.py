"""志愿保障: insurance and training, each to its last day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet

if TYPE_CHECKING:
    from communities.models import User

    from .activities import Activity


class SafeguardQuerySet(ScopedQuerySet):
    owner_lookups = ("volunteer__user",)

    def valid(self, *, on: date) -> Self:
        """Those that hold on this day."""
        return self.filter(status=Safeguard.Status.VALID, starts_on__lte=on, ends_on__gte=on)

    def for_kind(self, kind: Any) -> Self:
        """Insurance, and training for this kind of activity or for all."""
        return self.filter(Q(for_kind=None) | Q(for_kind=kind))


class Safeguard(Lifecycle):
    """志愿保障: a volunteer's insurance or training, from a first to a last day.

    An activity may ask for it; the database then refuses the check-in of whom none covers on that day.
    """

    class Status(models.TextChoices):
        VALID = "valid", _("noted")
        REVOKED = "revoked", _("no longer holds")

    MOVES = {Status.VALID: {Status.REVOKED}}
    NEED_REASON = {Status.REVOKED}

    class Kind(models.TextChoices):
        INSURANCE = "insurance", _("insurance")
        TRAINING = "training", _("training")

    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="safeguards", verbose_name=_("volunteer"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    for_kind = models.ForeignKey(
        "ActivityKind",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("training for"),
        help_text=_("Empty: for every kind of activity."),
    )
    title = models.CharField(_("policy or course"), max_length=80, help_text=_("Insurer and policy number, or course."))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = SafeguardQuerySet.as_manager()

    class Meta:
        verbose_name = _("insurance or training")
        verbose_name_plural = _("insurance and training")
        indexes = [models.Index(fields=["volunteer", "kind", "ends_on"], name="safeguards_of_a_volunteer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="safeguard_ends_after_it_starts",
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(kind="training") | Q(for_kind=None),
                name="insurance_is_for_every_kind",
                violation_error_message=_("Only training is for one kind of activity; insurance holds for all."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.title}"

    def get_absolute_url(self) -> str:
        return "/volunteer/"

    def audience(self, change: Any) -> list[User]:
        """The volunteer hears that one no longer holds."""
        return [self.volunteer.user] if change.new == self.Status.REVOKED else []


def missing_for(activity: Activity, volunteer: Any, *, on: date) -> list[str]:
    """Which kinds of safeguard an activity asks for that this volunteer lacks on a day."""
    asked = {Safeguard.Kind.INSURANCE: activity.needs_insurance, Safeguard.Kind.TRAINING: activity.needs_training}
    wanted = [kind for kind, needed in asked.items() if needed]
    if not wanted:
        return []
    held = volunteer.safeguards.valid(on=on).for_kind(activity.kind_id).values_list("kind", flat=True)
    return [kind for kind in wanted if kind not in set(held)]
