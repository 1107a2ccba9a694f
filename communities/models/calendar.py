"""工作日历: what the State Council's yearly notice says beyond the law's own holidays."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .regions import SharedQuerySet


class CalendarDay(models.Model):
    """放假调休日: a day that the yearly notice makes a holiday, or a working day to make up for one."""

    day = models.DateField(_("day"), unique=True, error_messages={"unique": _("This day is already in the calendar.")})
    is_working = models.BooleanField(_("working day"), default=False)
    note = models.CharField(_("occasion"), max_length=64, blank=True)
    completes_year = models.BooleanField(
        _("the year's notice is entered in full"),
        default=False,
        help_text=_("Tick this with the last day that you enter; until then pages warn that the year is computed."),
    )
    by = models.ForeignKey(
        "communities.User", models.PROTECT, related_name="+", verbose_name=_("by whom"), editable=False
    )
    at = models.DateTimeField(_("at"), auto_now=True)

    objects = SharedQuerySet.as_manager()  # one calendar for the whole country

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("working-day calendar")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.note}".strip()
