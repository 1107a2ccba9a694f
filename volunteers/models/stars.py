"""星级: honours by hours, by rules that have a first day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, SharedQuerySet

if TYPE_CHECKING:
    from communities.models import StatusChange, User

HIGHEST = 5


class StarRuleQuerySet(SharedQuerySet):
    def get_by_natural_key(self, level: int, starts_on: str) -> models.Model:
        rule: models.Model = self.get(level=level, starts_on=starts_on)
        return rule

    def hours_on(self, day: date) -> dict[int, int]:
        """How many hours each level takes on a day: {level: hours}, the lowest first."""
        begun = self.filter(starts_on__lte=day).order_by("starts_on").values_list("level", "hours")
        return dict(sorted(dict(begun).items()))


class StarRule(models.Model):
    """星级标准: so many hours make so many stars from a day on; a later rule for the same level takes its place."""

    level = models.PositiveSmallIntegerField(_("stars"), validators=[MinValueValidator(1), MaxValueValidator(HIGHEST)])
    hours = models.PositiveIntegerField(_("hours"), validators=[MinValueValidator(1), MaxValueValidator(100_000)])
    starts_on = models.DateField(_("starts on"))

    EVENTS = {"added": _("rule added")}

    objects = StarRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule for stars")
        verbose_name_plural = _("rules for stars")
        ordering = ["-starts_on", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "starts_on"],
                name="one_star_rule_a_level_and_day",
                violation_error_message=_("There is already a rule that starts on this day."),
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, HIGHEST), hours__gte=1),
                name="star_rule_has_a_level_and_hours",
                violation_error_message=_("There are one to five stars, each for some hours."),
            ),
        ]

    def __str__(self) -> str:
        said = gettext("%(level)d stars from %(hours)d hours on")
        return said % {"level": self.level, "hours": self.hours}

    def natural_key(self) -> tuple[int, date]:
        return (self.level, self.starts_on)


class StarAwardQuerySet(ScopedQuerySet):
    owner_lookups = ("volunteer__user",)

    def standing(self) -> Self:
        return self.filter(status=StarAward.Status.AWARDED)


class StarAward(Lifecycle):
    """星级志愿者: a volunteer has reached a level; taken back when hours turn out fewer than it takes."""

    class Status(models.TextChoices):
        AWARDED = "awarded", _("awarded")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES = {Status.AWARDED: {Status.WITHDRAWN}, Status.WITHDRAWN: {Status.AWARDED}}
    NEED_REASON = {Status.WITHDRAWN}

    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="stars", verbose_name=_("volunteer"))
    level = models.PositiveSmallIntegerField(_("stars"))
    hours = models.PositiveIntegerField(_("for hours"), help_text=_("What the level took on the day."))
    awarded_on = models.DateField(_("awarded on"))

    objects = StarAwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("star volunteer")
        verbose_name_plural = _("star volunteers")
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "level"],
                name="one_award_a_level",
                violation_error_message=_("This volunteer has these stars already."),
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, HIGHEST)),
                name="award_has_one_to_five_stars",
                violation_error_message=_("There are one to five stars, each for some hours."),
            ),
        ]

    def __str__(self) -> str:
        return f"{'★' * self.level} · {self.volunteer}"

    def get_absolute_url(self) -> str:
        return "/volunteer/stars/"

    def audience(self, change: StatusChange) -> list[User]:
        """The volunteer hears of both; of several stars at once only of the highest."""
        higher = self.volunteer.stars.standing().filter(level__gt=self.level)
        return [] if change.new == self.Status.AWARDED and higher.exists() else [self.volunteer.user]
