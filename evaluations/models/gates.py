"""等级条件: what a project needs, besides its total, to reach a grade."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models.refusals import TRIGGER_REFUSALS

from .schemes import GRADES, POINTS, Indicator, OfSchemeQuerySet, Scheme

TRIGGER_REFUSALS["gate_fits"] = _("A condition of a grade names an indicator of the same scheme that is marked.")


class Gate(models.Model):
    """等级条件: no such grade, and no better one, without so many points of this indicator."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="gates", verbose_name=_("scheme"))
    grade = models.CharField(
        _("grade"), max_length=2, choices=[(grade, grade) for grade in GRADES[:-1]], help_text=_("This one or better.")
    )
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="gates", verbose_name=_("indicator"))
    at_least = models.DecimalField(_("points needed"), **POINTS)

    objects = OfSchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition of a grade")
        verbose_name_plural = _("conditions of grades")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "grade", "indicator"],
                name="each_gate_once",
                violation_error_message=_("This condition is already in the scheme."),
            ),
            models.CheckConstraint(
                condition=Q(at_least__gt=0, grade__in=GRADES[:-1]),
                name="gate_asks_for_points",
                violation_error_message=_("A condition asks for more than 0 points."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grade}: {self.indicator} ≥ {self.at_least.normalize():f}"
