"""工作日历: what the State Council's yearly notice says beyond the law's own holidays."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .regions import NOTHING, ScopedQuerySet


class CalendarDayQuerySet(ScopedQuerySet):
    """The calendar is one for the whole country: a role that may read or keep it, may so everywhere."""

    def public(self) -> Self:
        return self.all()

    def _below(self, codes: tuple[str, ...] | list[str]) -> Q:
        return Q() if codes else NOTHING


class CalendarDay(models.Model):
    """放假调休日: a day that the yearly notice makes a holiday, or a working day to make up for one."""

    day = models.DateField(_("day"), unique=True, error_messages={"unique": _("This day is already in the calendar.")})
    is_working = models.BooleanField(_("working day"), default=False)
    note = models.CharField(_("occasion"), max_length=64, blank=True)
    by = models.ForeignKey(
        "communities.User", models.PROTECT, related_name="+", verbose_name=_("by whom"), editable=False
    )
    at = models.DateTimeField(_("at"), auto_now=True)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("working-day calendar")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.note}".strip()
