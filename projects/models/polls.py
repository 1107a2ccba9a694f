"""票选: the rule of a vote, announced beforehand, and what came out of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS
from projects.tally import voters_needed

from .id_list import IdListField
from .roadshows import Roadshow
from .rules import PollRule

TRIGGER_REFUSALS |= {
    "poll_rule_fixed": _("The rule of a vote is fixed once it has been announced."),
    "poll_extended_once": _("An open poll may be extended once, to a later time."),
    "poll_sealed": _("What was counted at closing is sealed."),
    "poll_not_counting": _("Results are written when the poll closes, and not changed."),
    "points_out_of_range": _("Each project is given 0 to 10 points."),
    "options_fixed": _("The projects that stand for the vote are fixed when it opens."),
}


A_DAY = timedelta(days=1)


class PollQuerySet(ScopedQuerySet):
    def public(self) -> Self:
        return self.exclude(status=Poll.Status.DRAFT)

    def valid(self) -> Self:
        """Keep those that were not called off."""
        return self.exclude(status=Poll.Status.CANCELLED)

    def open(self, *, at: datetime) -> Self:
        """Keep those in which one can vote at this moment."""
        return self.filter(status=Poll.Status.OPEN, closes_at__gt=at)

    def due_to_open(self, *, at: datetime) -> Self:
        return self.filter(status=Poll.Status.ANNOUNCED, opens_at__lte=at, closes_at__gt=at)

    def due_to_close(self, *, at: datetime) -> Self:
        return self.filter(status=Poll.Status.OPEN, closes_at__lte=at)

    def closing_soon(self, *, at: datetime) -> Self:
        """Keep open ones that close within a day and were announced to last longer than that."""
        return self.open(at=at).filter(closes_at__lte=at + A_DAY, opens_at__lt=F("closes_at") - A_DAY)


class Poll(Lifecycle, PollRule):
    """票选: one person, one secret ballot, on which of a roadshow's projects are shortlisted.

    The rule is fixed from its announcement on, and what was counted at closing is sealed (triggers).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ANNOUNCED = "announced", _("announced")
        OPEN = "open", _("open")
        COUNTING = "counting", _("paper ballots are being counted in")
        CLOSED = "closed", _("closed")
        TIED = "tied", _("tied")
        SETTLED = "settled", _("settled")
        FAILED = "failed", _("below the quorum")
        CANCELLED = "cancelled", _("cancelled")

    MOVES = {
        Status.DRAFT: {Status.ANNOUNCED, Status.CANCELLED},
        Status.ANNOUNCED: {Status.DRAFT, Status.OPEN, Status.CANCELLED},
        Status.OPEN: {Status.COUNTING, Status.CLOSED, Status.CANCELLED},
        Status.COUNTING: {Status.CLOSED, Status.CANCELLED},
        Status.CLOSED: {Status.SETTLED, Status.TIED, Status.FAILED},
        Status.TIED: {Status.SETTLED},
        # Tied again: an upheld objection frees a place, and the next in line are equal.
        Status.SETTLED: {Status.TIED},
    }
    NEED_REASON = {Status.DRAFT, Status.FAILED, Status.CANCELLED}
    EVENTS = {
        "extended": _("extended"),
        "moved_up": _("the next in line moved up"),
        "sheet_set_aside": _("paper ballot set aside"),
        "slips_printed": _("voting slips printed"),
    }
    # From the announcement until the vote closes: people check in, slips and papers are printed, kiosks stand.
    UNDER_WAY = frozenset({Status.ANNOUNCED, Status.OPEN})
    COUNTED = frozenset({Status.CLOSED, Status.TIED, Status.SETTLED, Status.FAILED})

    roadshow = models.ForeignKey(Roadshow, models.PROTECT, related_name="polls", verbose_name=_("roadshow"))
    runoff_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="runoffs",
        verbose_name=_("run-off of"),
    )

    extended_from = models.DateTimeField(_("extended from"), null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    roll_size = models.PositiveIntegerField(_("on the voter roll"), null=True, blank=True, editable=False)
    present = models.PositiveIntegerField(_("present"), null=True, blank=True, editable=False)
    voted = models.PositiveIntegerField(_("voted"), null=True, blank=True, editable=False)
    ballots = models.PositiveIntegerField(_("ballots"), null=True, blank=True, editable=False)
    spoiled = models.PositiveIntegerField(_("spoiled paper ballots"), default=0, editable=False)
    expert_roll = models.PositiveIntegerField(_("experts"), default=0, editable=False)
    expert_ballots = models.PositiveIntegerField(_("ballots of experts"), default=0, editable=False)
    seal = models.CharField(_("seal"), max_length=64, blank=True, editable=False)
    lot_seed = models.CharField(_("seed of the lot"), max_length=100, blank=True, editable=False)
    imported = models.BooleanField(_("imported"), default=False, editable=False)
    # How equals stand after a lot or a run-off.
    tie_order = IdListField(default=list, blank=True, editable=False)

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        ordering = ["-opens_at", "-id"]
        constraints = [
            *PollRule.Meta.constraints,
            models.UniqueConstraint(
                fields=["roadshow"],
                condition=~Q(status="cancelled") & Q(runoff_of=None),
                name="one_valid_poll_per_roadshow",
                violation_error_message=_("This roadshow already has its poll."),
            ),
            models.UniqueConstraint(
                fields=["runoff_of"],
                condition=~Q(status__in=["cancelled", "failed"]),
                name="one_valid_runoff_per_poll",
                violation_error_message=_("This tie already has its run-off."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Vote: %s") % self.roadshow)

    def get_absolute_url(self) -> str:
        return reverse("projects:poll", args=[self.pk])

    def audience(self, change: StatusChange) -> Iterable[User]:
        """Voters are told that it opened; the presenting teams what came of it."""
        if change.new == self.Status.OPEN:
            return User.objects.filter(roll_entries__poll=self, roll_entries__struck="")
        if change.new in {self.Status.SETTLED, self.Status.TIED, self.Status.FAILED, self.Status.CANCELLED}:
            return self.roadshow.presenters()
        return ()

    @property
    def is_counted(self) -> bool:
        return self.status in self.COUNTED

    @property
    def votes_needed(self) -> int:
        """How many must vote, or be present, for the quorum, once the roll is known."""
        return voters_needed(self.quorum, roll=self.roll_size or 0)

    @property
    def counts_presence(self) -> bool:
        """Whether the quorum counts who is present instead of who voted."""
        return self.quorum_counts == self.QuorumCounts.PRESENT

    @property
    def heard(self) -> int:
        """How many residents' ballots came into the box, spoiled ones too: who kept the paper has not voted."""
        return (self.ballots or 0) + self.spoiled

    @property
    def ballots_missing(self) -> int:
        """How many people are marked as having voted of whom no ballot is in the box; papers may stay away."""
        return (self.voted or 0) - self.heard

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether one can vote at this moment."""
        return self.status == self.Status.OPEN and self.closes_at > (at or now())
