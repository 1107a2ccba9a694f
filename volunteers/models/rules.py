"""积分规则: what service is worth."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet

from .rule_words import terms_of
from .worth import WHOLE, minutes_of_night, months_later

if TYPE_CHECKING:
    from communities.models import Region

    from .activities import Activity
    from .attendance import Attendance

A_MONTH = [MinValueValidator(1), MaxValueValidator(12)]


class PointsRuleQuerySet(ScopedQuerySet):
    def public(self) -> Self:
        return self.all()

    def in_force(self, *, on: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)

    def around(self, region: Region) -> Self:
        """Those that hold in a region: its own and those above it."""
        codes = [region.code[:length] for length in (4, 6, 9, 12) if length <= len(region.code)]
        return self.filter(region__code__in=codes)

    def for_activity(self, activity: Activity, *, on: date, leads: bool = False) -> Self:
        """The rules that fit, the one that counts first: nearest region, then kind and role, then the newest."""
        role = PointsRule.ServiceRole.LEADER if leads else PointsRule.ServiceRole.HELPER
        fits = self.in_force(on=on).around(activity.region)
        fits = fits.filter(Q(kind=activity.kind_id) | Q(kind=None), role__in=["", role])
        kind = F("kind").asc(nulls_last=True)
        return fits.order_by(Length("region__code").desc(), kind, "-role", "-starts_on", "-id")

    def general_in(self, region: Region, *, on: date) -> Self:
        """The rules for service of every kind and role in a region, the nearest and newest first."""
        fits = self.in_force(on=on).around(region).filter(kind=None, role="")
        return fits.order_by(Length("region__code").desc(), "-starts_on", "-id")


class PointsRule(models.Model):
    """积分规则: points for an hour of service in a region and all below it, from one day to another.

    Minutes are rounded down to whole units of `rounding_minutes`, the product down to whole points. Minutes of the
    night or of the hot months count by a factor in percent; where both fit, the higher one. A cap cuts what is
    confirmed beyond it; where an earlier stay is not accepted after all or earns less, what was cut off the others
    of its day and month is posted, up to the cap. A general rule (every kind and role) also says how many points a
    month may be given away.
    """

    class ServiceRole(models.TextChoices):
        LEADER = "leader", _("leader of the activity")
        HELPER = "helper", _("helper")

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
    role = models.CharField(
        _("role"), max_length=8, choices=ServiceRole, blank=True, help_text=_("Empty: leaders and helpers alike.")
    )
    points_per_hour = models.PositiveIntegerField(_("points an hour"))
    rounding_minutes = models.PositiveSmallIntegerField(
        _("rounded down to minutes"), default=30, help_text=_("30: 100 minutes count as 90.")
    )
    night_percent = models.PositiveSmallIntegerField(
        _("night factor in percent"),
        default=WHOLE,
        help_text=_("What a minute from 22:00 to 06:00 counts; 100: as any other."),
    )
    heat_percent = models.PositiveSmallIntegerField(
        _("heat factor in percent"), default=WHOLE, help_text=_("What a minute in the hot months counts.")
    )
    heat_from = models.PositiveSmallIntegerField(_("hot from month"), null=True, blank=True, validators=A_MONTH)
    heat_until = models.PositiveSmallIntegerField(_("hot until month"), null=True, blank=True, validators=A_MONTH)
    cap_a_day = models.PositiveIntegerField(_("at most a day"), null=True, blank=True)
    cap_a_month = models.PositiveIntegerField(_("at most a month"), null=True, blank=True)
    months_valid = models.PositiveSmallIntegerField(
        _("points expire after months"), null=True, blank=True, help_text=_("Empty: they never expire.")
    )
    gifts_a_month = models.PositiveIntegerField(
        _("may be given away a month"),
        null=True,
        blank=True,
        help_text=_("To family or a neighbour in need; empty: points are not given away."),
    )
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
            models.CheckConstraint(
                condition=Q(heat_from=None, heat_until=None)
                | Q(
                    heat_from__isnull=False,
                    heat_until__isnull=False,
                    heat_from__range=(1, 12),
                    heat_until__range=(1, 12),
                ),
                name="rule_names_its_hot_months",
                violation_error_message=_("Give the first and the last hot month, 1 to 12, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(months_valid=None) | Q(months_valid__gte=1),
                name="rule_lets_points_live",
                violation_error_message=_("Points are valid for at least one month."),
            ),
            models.CheckConstraint(
                condition=Q(gifts_a_month=None) | Q(kind=None, role=""),
                name="rule_of_gifts_is_general",
                violation_error_message=_("Gifts are ruled for every kind of service and every role alike."),
            ),
            models.UniqueConstraint(
                fields=["region", "kind", "role", "starts_on"],
                name="one_rule_per_kind_and_day",
                violation_error_message=_("There is already a rule that starts on this day."),
            ),
            models.UniqueConstraint(
                fields=["region", "role", "starts_on"],
                condition=Q(kind=None),
                name="one_general_rule_per_day",
                violation_error_message=_("There is already a rule that starts on this day."),
            ),
        ]

    def __str__(self) -> str:
        said = gettext("%(points)d points an hour, minutes rounded down to %(minutes)d")
        return said % {"points": self.points_per_hour, "minutes": self.rounding_minutes}

    @property
    def terms(self) -> list[str]:
        """What else the rule says: factors, caps, last day, gifts."""
        return terms_of(self)

    @property
    def has_caps(self) -> bool:
        return self.cap_a_day is not None or self.cap_a_month is not None

    def points_for(self, attendance: Attendance, *, earned_that_day: int = 0, earned_that_month: int = 0) -> int:
        """Points for a stay's minutes, within what the caps of day and month leave."""
        counted = (attendance.minutes or 0) // self.rounding_minutes * self.rounding_minutes
        night = min(counted, minutes_of_night(attendance.started_at, attendance.ended_at))
        day_percent = self.heat_percent if self._is_hot(localtime(attendance.started_at).month) else WHOLE
        weighted = (counted - night) * day_percent + night * max(day_percent, self.night_percent)
        left = [weighted * self.points_per_hour // (60 * WHOLE)]
        left += [] if self.cap_a_day is None else [self.cap_a_day - earned_that_day]
        left += [] if self.cap_a_month is None else [self.cap_a_month - earned_that_month]
        return max(0, min(left))

    def last_day(self, *, earned_on: date) -> date | None:
        """The last day of points that are earned on this one; None if they never expire."""
        return None if self.months_valid is None else months_later(earned_on, self.months_valid)

    def _is_hot(self, month: int) -> bool:
        first, last = self.heat_from, self.heat_until
        if first is None or last is None:
            return False
        return first <= month <= last if first <= last else month >= first or month <= last
