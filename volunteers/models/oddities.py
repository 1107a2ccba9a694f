"""异常线索: what looks odd in attendance and in a profile; people decide, never the platform."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet


class OddityQuerySet(ScopedQuerySet):
    def open(self) -> Self:
        return self.filter(status=Oddity.Status.OPEN)


class Oddity(Lifecycle):
    """异常线索: attendances, or a profile, that look odd, with the reason; staff decide whether they are fine.

    `key` names the pattern, so that one that was decided on does not come again.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("to look at")
        FINE = "fine", _("looked at, fine")
        REJECTED = "rejected", _("not accepted")

    MOVES = {Status.OPEN: {Status.FINE, Status.REJECTED}}
    NEED_REASON = {Status.REJECTED}

    class Kind(models.TextChoices):
        DEVICE = "device", _("one device, many people")
        TRAVEL = "travel", _("impossible travel")
        FRIENDS = "friends", _("a leader confirms only a few")
        EACH_OTHER = "each_other", _("two confirm each other")
        BIRTH = "birth", _("another birth date than before")

    # What each kind says, with the figures it was found with.
    WORDS = {
        Kind.DEVICE: _("%(people)d people used the same device at one activity."),
        Kind.TRAVEL: _("From %(first)s to %(second)s in %(minutes)d minutes; at least %(least)d are needed."),
        Kind.FRIENDS: _(
            "%(confirmed)d stays of %(people)d people were confirmed, %(others)d of others there were left undecided."
        ),
        Kind.EACH_OTHER: _("Two leaders confirmed %(one)d and %(other)d stays of each other."),
        Kind.BIRTH: _("The same account was on record as under 18, with another birth date; then it was withdrawn."),
    }

    kind = models.CharField(_("pattern"), max_length=12, choices=Kind)
    key = models.CharField(max_length=80, unique=True, editable=False)
    figures = models.JSONField(default=dict, editable=False)
    stays: Any = models.ManyToManyField("Attendance", related_name="oddities", verbose_name=_("attendances"))
    volunteer = models.ForeignKey(
        "Volunteer", models.PROTECT, null=True, editable=False, related_name="oddities", verbose_name=_("volunteer")
    )
    found_at = models.DateTimeField(_("found at"))

    objects = OddityQuerySet.as_manager()

    class Meta:
        verbose_name = _("odd pattern")
        verbose_name_plural = _("odd patterns")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {localtime(self.found_at):%Y-%m-%d}"

    @property
    def says(self) -> str:
        """The reason in words."""
        return str(str(self.WORDS[self.Kind(self.kind)]) % self.figures)

    def audience(self, _change: Any) -> list[Any]:
        return []
