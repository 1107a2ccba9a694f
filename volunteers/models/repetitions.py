"""重复活动: an activity that comes again by rule, each time as an activity of its own."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Self

from dateutil import rrule
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet

LAST_WEEK = 5  # a fifth Saturday is the last one: not every month has five


class RepetitionQuerySet(ScopedQuerySet):
    def running(self) -> Self:
        return self.filter(status=Repetition.Status.RUNNING)


class Repetition(Lifecycle):
    """重复规则: a first activity, how often it comes again, and until which day.

    The first activity is the pattern of those to come: who changes its places or its leader changes those not yet made.
    """

    class Status(models.TextChoices):
        RUNNING = "running", _("goes on")
        FINISHED = "finished", _("all made")
        STOPPED = "stopped", _("stopped")

    MOVES = {Status.RUNNING: {Status.FINISHED, Status.STOPPED}}
    NEED_REASON = {Status.STOPPED}

    class Every(models.TextChoices):
        DAY = "day", _("every day")
        WEEK = "week", _("every week, on this weekday")
        MONTH_DATE = "month_date", _("every month, on this date (months without it are passed over)")
        MONTH_WEEKDAY = "month_weekday", _("every month, on this weekday (the second Saturday, the last Sunday …)")

    pattern = models.OneToOneField(
        "Activity", models.PROTECT, related_name="repeated_by", verbose_name=_("first activity"), editable=False
    )
    every = models.CharField(_("how often"), max_length=16, choices=Every, default=Every.WEEK)
    interval = models.PositiveSmallIntegerField(
        _("only each such time (1 to 12)"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    until = models.DateField(_("until (last day)"))
    made_until = models.DateField(_("made until"), editable=False)

    objects = RepetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("repetition")
        verbose_name_plural = _("repetitions")
        constraints = [
            models.CheckConstraint(
                condition=Q(interval__gte=1, interval__lte=12),
                name="repeats_each_first_to_twelfth_time",
                violation_error_message=_("From each time to each twelfth time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pattern} · {self.get_every_display()}"

    def get_absolute_url(self) -> str:
        return self.pattern.get_absolute_url()

    def days(self, *, after: date, until: date) -> list[date]:
        """The days on which it comes, after the one and up to the other."""
        first = localdate(self.pattern.starts_at)
        rule = rrule.rrule(
            dtstart=_midnight(first),
            interval=self.interval,
            until=_midnight(min(until, self.until)),
            **_rule_of(self.every, first),
        )
        return [moment.date() for moment in rule.xafter(_midnight(after))]


def _rule_of(every: str, first: date) -> dict[str, Any]:
    if every == Repetition.Every.MONTH_WEEKDAY:
        number = (first.day - 1) // 7 + 1
        which = rrule.weekday(first.weekday(), -1 if number == LAST_WEEK else number)
        return {"freq": rrule.MONTHLY, "byweekday": which}
    frequencies = {"day": rrule.DAILY, "week": rrule.WEEKLY, "month_date": rrule.MONTHLY}
    return {"freq": frequencies[every]}


def _midnight(day: date) -> datetime:
    """Days alone are counted here: the hour is the pattern's, at the place."""
    return datetime.combine(day, time())
