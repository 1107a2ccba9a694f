"""分配方案: which members score which projects of a round, where not everybody scores everything."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet
from communities.models.refusals import TRIGGER_REFUSALS

from .schemes import Seat

TRIGGER_REFUSALS["assignment_does_not_fit"] = _(
    "A member of the round's committee without an interest is assigned to a project of the round, until it closes."
)
TRIGGER_REFUSALS["already_handed_out"] = _("The sheet is handed out already; recuse the member instead.")
TRIGGER_REFUSALS["plan_is_fixed"] = _("Once the round is open, its plan is only added to.")


class AssignmentPlanQuerySet(ScopedQuerySet):
    region_lookup = "round__region"


class AssignmentPlan(models.Model):
    """分配方案: how many members of each group a project of the round gets; a round without one gives all to all.

    Drawn up by `evaluations/assignment.py` from the seed: anyone who has the plan's parts can draw it up again.
    """

    round = models.OneToOneField(
        "evaluations.EvaluationRound", models.PROTECT, related_name="plan", verbose_name=_("evaluation round")
    )
    seed = models.CharField(_("seed"), max_length=64)
    street = models.PositiveSmallIntegerField(_("of the street's members, at least"), default=1)
    community = models.PositiveSmallIntegerField(_("of the community representatives, at least"), default=1)
    residents = models.PositiveSmallIntegerField(_("of the resident representatives, at least"), default=2)
    third_party = models.PositiveSmallIntegerField(_("of the third party, at least"), default=1)
    drawn_at = models.DateTimeField(_("drawn up at"))

    objects = AssignmentPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment plan")
        verbose_name_plural = _("assignment plans")

    def __str__(self) -> str:
        return str(self.round)

    @property
    def minima(self) -> dict[str, int]:
        """How many members of each group a project gets at least."""
        return {seat: getattr(self, seat) for seat in Seat.values}


class AssignmentQuerySet(ScopedQuerySet):
    region_lookup = "plan__round__region"


class Assignment(models.Model):
    """分配: this member scores this project."""

    plan = models.ForeignKey(AssignmentPlan, models.CASCADE, related_name="pairs", verbose_name=_("assignment plan"))
    rating = models.ForeignKey(
        "evaluations.Rating", models.PROTECT, related_name="assignments", verbose_name=_("project in the round")
    )
    member = models.ForeignKey(
        "evaluations.CommitteeMember", models.PROTECT, related_name="assignments", verbose_name=_("committee member")
    )
    by_hand = models.BooleanField(_("by hand"), default=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "rating", "member"],
                name="assigned_once",
                violation_error_message=_("This member already has this project."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rating} · {self.member}"
