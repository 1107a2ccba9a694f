"""积分规则: what service is worth."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet

if TYPE_CHECKING:
    from .activities import Activity


class PointsRuleQuerySet(ScopedQuerySet):
    def public(self) -> Self:
        return self.all()

    def in_force(self, *, on: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)

    def for_activity(self, activity: Activity, *, on: date) -> Self:
        """The rules that fit, the one that counts first: nearest region, then this kind, then newest."""
        code = activity.region.code
        codes = [code[:length] for length in (4, 6, 9, 12) if length <= len(code)]
        return (
            self.in_force(on=on)
            .filter(Q(kind=activity.kind_id) | Q(kind=None), region__code__in=codes)
            .order_by(Length("region__code").desc(), F("kind").asc(nulls_last=True), "-starts_on", "-id")
        )


class PointsRule(models.Model):
    """积分规则: points for an hour of service in a region and all below it, from one day to another.

    Minutes are rounded down to whole units of `rounding_minutes`, the product down to whole points.
    """

    region = models.ForeignKey(
        "communities.Region", models.PROTECT, related_name="points_rules", verbose_name=_("region")
    )
    kind = models.ForeignKey(
        "ActivityKind",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="points_rules",
        verbose_name=_("kind"),
        help_text=_("Empty: every kind of activity."),
    )
    points_per_hour = models.PositiveIntegerField(_("points an hour"))
    rounding_minutes = models.PositiveSmallIntegerField(
        _("rounded down to minutes"), default=30, help_text=_("30: 100 minutes count as 90.")
    )
    cap_a_day = models.PositiveIntegerField(_("at most a day"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    EVENTS = {
        "added": _("rule added"),
        "ended": _("rule ended"),
    }

    objects = PointsRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("points rule")
        verbose_name_plural = _("points rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="rule_ends_after_it_starts",
                violation_error_message=_("A rule ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(rounding_minutes__gte=1),
                name="rule_rounds_to_something",
                violation_error_message=_("Round to at least one minute."),
            ),
            models.UniqueConstraint(
                fields=["region", "kind", "starts_on"],
                name="one_rule_per_kind_and_day",
                violation_error_message=_("There is already a rule that starts on this day."),
            ),
            models.UniqueConstraint(
                fields=["region", "starts_on"],
                condition=Q(kind=None),
                name="one_general_rule_per_day",
                violation_error_message=_("There is already a rule that starts on this day."),
            ),
        ]

    def __str__(self) -> str:
        said = gettext("%(points)d points an hour, minutes rounded down to %(minutes)d")
        return said % {"points": self.points_per_hour, "minutes": self.rounding_minutes}

    def points_for(self, minutes: int, *, earned_that_day: int = 0) -> int:
        """Points for these minutes, within what the day's cap leaves."""
        counted = minutes // self.rounding_minutes * self.rounding_minutes
        points = counted * self.points_per_hour // 60
        if self.cap_a_day is None:
            return points
        return max(0, min(points, self.cap_a_day - earned_that_day))
