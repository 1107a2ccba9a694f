"""从前的记录: hours and points from before the platform, taken over from spreadsheets."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet
from communities.models.sheet_imports import SheetImport


class FormerImport(SheetImport):
    """历史记录导入: what a spreadsheet would take over."""

    class Status(models.TextChoices):
        PREVIEWED = "previewed", _("to be confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("expired")
        UNDONE = "undone", _("undone")

    MOVES = {**SheetImport.MOVES, Status.CONFIRMED: {Status.UNDONE}}
    NEED_REASON = {Status.UNDONE}

    basis = models.CharField(_("basis"), max_length=120, help_text=_("Who kept the former record, and on what."))
    good_count = models.PositiveIntegerField(_("rows that can be taken over"))
    known_count = models.PositiveIntegerField(_("rows taken over before"))

    class Meta:
        verbose_name = _("import of former records")
        verbose_name_plural = _("imports of former records")


class FormerHoursQuerySet(ScopedQuerySet):
    owner_lookups = ("volunteer__user",)

    def standing(self) -> Self:
        """What was not undone."""
        return self.filter(undone_at=None)

    def between(self, first: date, last: date) -> Self:
        """Records that lie wholly within these days."""
        return self.filter(first_on__gte=first, last_on__lte=last)

    def total_minutes(self) -> int:
        return self.standing().aggregate(total=Sum("minutes"))["total"] or 0


class FormerHours(models.Model):
    """历史时长: hours of a day or a stretch of days, as somebody recorded them before; they count as service hours.

    The database lets only `undone_at` be written, once, and refuses more than 16 hours for each of the days. A record
    of many days has no day of its own to be held to; but together with the stays that are on record, no stretch of
    days has more than 24 hours for each: what lies wholly within it is summed, whichever was entered first.
    """

    region = models.ForeignKey("communities.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="former", verbose_name=_("volunteer"))
    source = models.ForeignKey(FormerImport, models.PROTECT, related_name="hours", verbose_name=_("import"))
    kind = models.ForeignKey("ActivityKind", models.PROTECT, related_name="+", verbose_name=_("kind"))
    words = models.CharField(_("service in words"), max_length=80)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    minutes = models.PositiveIntegerField(_("minutes"))
    undone_at = models.DateTimeField(_("undone at"), null=True, editable=False)

    objects = FormerHoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("former hours")
        verbose_name_plural = _("former hours")
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "first_on", "last_on", "kind", "words", "minutes"],
                condition=Q(undone_at=None),
                name="former_hours_once",
                violation_error_message=_("This record was taken over before."),
            ),
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="former_hours_end_after_they_begin",
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1),
                name="former_hours_have_minutes",
                violation_error_message=_("A record without time is none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words} · {self.first_on}"

    @property
    def hours(self) -> tuple[int, int]:
        """Full hours, and the minutes beyond them."""
        return divmod(self.minutes, 60)


class OpeningBalanceQuerySet(ScopedQuerySet):
    def standing(self) -> Self:
        """What was not taken back, of imports that were not undone."""
        return self.filter(journal__reversal=None).exclude(source__status=FormerImport.Status.UNDONE)

    def spent(self) -> Self:
        """What stays on record of imports that were undone: the points were spent and could not be taken back."""
        return self.filter(journal__reversal=None, source__status=FormerImport.Status.UNDONE)


class OpeningBalance(models.Model):
    """期初积分: points that somebody had before, put into the ledger by a journal; undone by its reversal.

    Points that were spent when their import was undone stay, and are set off against what is taken over anew.
    """

    region = models.ForeignKey("communities.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="openings", verbose_name=_("volunteer"))
    source = models.ForeignKey(FormerImport, models.PROTECT, related_name="openings", verbose_name=_("import"))
    points = models.PositiveIntegerField(_("points"))
    journal = models.OneToOneField("Journal", models.PROTECT, related_name="opening", verbose_name=_("journal"))

    objects = OpeningBalanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening balance")
        verbose_name_plural = _("opening balances")
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=1),
                name="opening_has_points",
                violation_error_message=_("An opening balance has at least one point."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.points}"

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return not hasattr(self.journal, "reversal")
