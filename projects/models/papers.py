"""纸质选票: sheets with a code and no name, counted in by two people who do not see each other's entries."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models.refusals import TRIGGER_REFUSALS

from .electorates import OfPollQuerySet
from .id_list import IdListField
from .polls import Poll

TRIGGER_REFUSALS |= {
    "not_counting": _("Paper ballots are counted in between the end of voting and the result."),
    "sheet_voice_fixed": _("A paper ballot stays one of those for whom it was printed."),
    "sheet_set_aside": _("A paper ballot is set aside once, with a reason."),
}


class SheetQuerySet(OfPollQuerySet):
    def counted_in(self) -> Self:
        """Keep those that somebody has entered, and that were not set aside."""
        return self.filter(set_aside="", pk__in=PaperEntry.objects.values("sheet"))


class PaperSheet(models.Model):
    """纸质选票: a printed ballot paper. Its code stands on the sheet and on the stub the voter keeps: the receipt.

    Nobody writes down who was handed which sheet. Experts have sheets of their own, as their voice is weighed apart.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="sheets", verbose_name=_("poll"))
    code = models.CharField(_("code"), max_length=14)
    # NULL is no: with a default SQLite would rebuild the table, and drop its laws.
    for_experts = models.BooleanField(_("for experts"), null=True, editable=False)
    set_aside = models.CharField(_("set aside because"), max_length=200, blank=True, editable=False)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper ballot")
        verbose_name_plural = _("paper ballots")
        ordering = ["poll", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "code"],
                name="one_sheet_per_code",
                violation_error_message=_("Please print the paper ballots again."),
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_experts(self) -> bool:
        """Whether it lies in the experts' pile."""
        return bool(self.for_experts)


class EntryQuerySet(OfPollQuerySet):
    region_lookup = "sheet__poll__region"


class PaperEntry(models.Model):
    """录入: what one person read on a sheet; the sheet counts when two people have read the same. Append-only."""

    sheet = models.ForeignKey(PaperSheet, models.PROTECT, related_name="entries", verbose_name=_("paper ballot"))
    by = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("by whom"))
    choices = IdListField(_("choices"), default=list, blank=True)
    points = IdListField(_("points"), default=list, blank=True)
    is_spoiled = models.BooleanField(_("spoiled"), default=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a paper ballot")
        verbose_name_plural = _("entries of paper ballots")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "by"],
                name="one_look_each",
                violation_error_message=_("You have already entered this paper ballot; somebody else looks now."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.sheet)

    @property
    def reading(self) -> tuple[bool, tuple[int, ...], tuple[int, ...]]:
        """What was read, to be compared with what others read."""
        return self.is_spoiled, tuple(self.choices), tuple(self.points)
