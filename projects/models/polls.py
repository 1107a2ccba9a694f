"""票选: the rule of a vote, announced beforehand, and what came out of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS
from projects.tally import voters_needed

from .roadshows import Roadshow

TRIGGER_REFUSALS |= {
    "poll_rule_fixed": _("The rule of a vote is fixed once it has been announced."),
    "poll_extended_once": _("An open poll may be extended once, to a later time."),
    "poll_sealed": _("What was counted at closing is sealed."),
    "poll_not_counting": _("Results are written when the poll closes, and not changed."),
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


class Poll(Lifecycle):
    """票选: one person, one secret ballot, on which of a roadshow's projects are shortlisted.

    The rule is fixed from its announcement on, and what was counted at closing is sealed (triggers).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ANNOUNCED = "announced", _("announced")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        TIED = "tied", _("tied")
        SETTLED = "settled", _("settled")
        FAILED = "failed", _("below the quorum")
        CANCELLED = "cancelled", _("cancelled")

    class Electorate(models.TextChoices):
        REPRESENTATIVES = "representatives", _("resident representatives")
        RESIDENTS = "residents", _("all verified residents")

    class TieRule(models.TextChoices):
        LOT = "lot", _("a lot is drawn among the tied")
        ALL = "all", _("all the tied are shortlisted if the places suffice, else a lot is drawn")

    MOVES = {
        Status.DRAFT: {Status.ANNOUNCED, Status.CANCELLED},
        Status.ANNOUNCED: {Status.DRAFT, Status.OPEN, Status.CANCELLED},
        Status.OPEN: {Status.CLOSED, Status.CANCELLED},
        Status.CLOSED: {Status.SETTLED, Status.TIED, Status.FAILED},
        Status.TIED: {Status.SETTLED},
    }
    NEED_REASON = {Status.DRAFT, Status.FAILED, Status.CANCELLED}
    EVENTS = {"extended": _("extended")}
    COUNTED = frozenset({Status.CLOSED, Status.TIED, Status.SETTLED, Status.FAILED})

    roadshow = models.ForeignKey(Roadshow, models.PROTECT, related_name="polls", verbose_name=_("roadshow"))
    electorate = models.CharField(_("who votes"), max_length=20, choices=Electorate, default=Electorate.REPRESENTATIVES)
    max_choices = models.PositiveSmallIntegerField(_("projects each person may choose"), default=3)
    winners = models.PositiveSmallIntegerField(_("projects shortlisted"), default=3)
    places = models.PositiveSmallIntegerField(
        _("places at most"), default=3, help_text=_("How many may be shortlisted if a tie is settled by taking all.")
    )
    quorum = models.DecimalField(
        _("quorum in percent"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(50),
        help_text=_("The share of the voter roll that must vote for the vote to count; 0 for none."),
    )
    tie_rule = models.CharField(_("at a tie"), max_length=8, choices=TieRule, default=TieRule.LOT)
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"))

    extended_from = models.DateTimeField(_("extended from"), null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    roll_size = models.PositiveIntegerField(_("on the voter roll"), null=True, blank=True, editable=False)
    voted = models.PositiveIntegerField(_("voted"), null=True, blank=True, editable=False)
    ballots = models.PositiveIntegerField(_("ballots"), null=True, blank=True, editable=False)
    seal = models.CharField(_("seal"), max_length=64, blank=True, editable=False)
    lot_seed = models.CharField(_("seed of the lot"), max_length=100, blank=True, editable=False)

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        ordering = ["-opens_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["roadshow"],
                condition=~Q(status="cancelled"),
                name="one_valid_poll_per_roadshow",
                violation_error_message=_("This roadshow already has its poll."),
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="poll_closes_after_opening",
                violation_error_message=_("The poll must close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(max_choices__gte=1, winners__gte=1, places__gte=F("winners")),
                name="poll_numbers",
                violation_error_message=_(
                    "Each person chooses at least 1, at least 1 is shortlisted, and the places are at least as many."
                ),
            ),
            models.CheckConstraint(
                condition=Q(quorum__gte=0, quorum__lte=100),
                name="poll_quorum",
                violation_error_message=_("The quorum is between 0 and 100 percent."),
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
        """How many must vote for the quorum, once the roll is known."""
        return voters_needed(self.quorum, roll=self.roll_size or 0)

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether one can vote at this moment."""
        return self.status == self.Status.OPEN and self.closes_at > (at or now())


class PollOption(models.Model):
    """票选项目: a project that stands for the vote; listed when the poll opens, never changed (trigger)."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="options", verbose_name=_("poll"))
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="poll_options", verbose_name=_("project")
    )
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("project that stands")
        verbose_name_plural = _("projects that stand")
        ordering = ["poll", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "project"],
                name="one_option_per_project",
                violation_error_message=_("This project already stands for the vote."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.project}"


class PollResult(models.Model):
    """票选结果: a project's sealed figure; written at closing, only a tie's outcome is filled in later (trigger)."""

    class Outcome(models.TextChoices):
        SHORTLISTED = "shortlisted", _("shortlisted")
        NOT_CHOSEN = "not_chosen", _("not shortlisted")
        TIED = "tied", _("tied")
        NO_QUORUM = "no_quorum", _("no result: below the quorum")

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="results", verbose_name=_("poll"))
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="poll_results", verbose_name=_("project")
    )
    votes = models.PositiveIntegerField(_("votes"))
    rank = models.PositiveSmallIntegerField(_("rank"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    by_tie_rule = models.BooleanField(_("decided by the tie rule"), default=False)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["poll", "rank", "project"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "project"],
                name="one_result_per_project",
                violation_error_message=_("This project already has its result."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.votes}"
