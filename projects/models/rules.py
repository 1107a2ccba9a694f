"""票选规则: how people vote and who wins, announced beforehand and never changed afterwards."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects import tally

from .projects import YUAN

PERCENT: dict[str, Any] = {"max_digits": 5, "decimal_places": 2}
FULL_SCORE = 10


class PollRule(models.Model):
    """票选规则: the part of a poll that is announced and then fixed (trigger)."""

    class Electorate(models.TextChoices):
        REPRESENTATIVES = "representatives", _("resident representatives")
        RESIDENTS = "residents", _("all verified residents")
        LIST = "list", _("the people on an uploaded list")

    class BallotType(models.TextChoices):
        APPROVAL = "approval", _("choose up to a number of projects")
        SCORE = "score", _("give each project 0 to 10 points")
        BUDGET = "budget", _("choose projects within the budget")

    class WinnerRule(models.TextChoices):
        BEST = tally.BEST, _("the best, as many as there are places")
        SHARE = tally.SHARE, _("all above a share")
        BUDGET_SKIP = tally.BUDGET_SKIP, _("by support while the budget lasts, leaving out what no longer fits")
        BUDGET_STOP = tally.BUDGET_STOP, _("by support while the budget lasts, ending at the first that does not fit")

    class TieRule(models.TextChoices):
        LOT = tally.LOT, _("a lot is drawn among the tied")
        ALL = tally.ALL, _("all the tied are shortlisted if the places suffice, else a lot is drawn")
        RUNOFF = tally.RUNOFF, _("a run-off among the tied")

    class QuorumCounts(models.TextChoices):
        VOTED = "voted", _("who voted")
        PRESENT = "present", _("who was present")

    electorate = models.CharField(_("who votes"), max_length=20, choices=Electorate, default=Electorate.REPRESENTATIVES)
    seats_per_grid = models.PositiveSmallIntegerField(
        _("seats of each grid"),
        default=0,
        help_text=_("How many representatives a grid or residents' group may have; 0 for any number."),
    )
    ballot_type = models.CharField(_("how one votes"), max_length=10, choices=BallotType, default=BallotType.APPROVAL)
    max_choices = models.PositiveSmallIntegerField(_("projects each person may choose"), default=3)
    winner_rule = models.CharField(_("who wins"), max_length=12, choices=WinnerRule, default=WinnerRule.BEST)
    winners = models.PositiveSmallIntegerField(_("projects shortlisted"), default=3)
    places = models.PositiveSmallIntegerField(
        _("places at most"), default=3, help_text=_("How many may be shortlisted if a tie is settled by taking all.")
    )
    share = models.DecimalField(
        _("share in percent"), default=0, **PERCENT, help_text=_("Who wins by a share needs more than this.")
    )
    budget = models.DecimalField(
        _("budget (yuan)"), default=0, **YUAN, help_text=_("What the chosen projects may ask of the call together.")
    )
    minimum_support = models.DecimalField(
        _("minimum support in percent"), default=0, **PERCENT, help_text=_("With less a project never wins.")
    )
    expert_weight = models.DecimalField(
        _("weight of the experts in percent"),
        default=0,
        **PERCENT,
        help_text=_("0: residents alone decide. Experts are named before the vote opens."),
    )
    quorum = models.DecimalField(
        _("quorum in percent"),
        default=Decimal(50),
        **PERCENT,
        help_text=_("The share of the voter roll that is needed for the vote to count; 0 for none."),
    )
    quorum_counts = models.CharField(
        _("the quorum counts"), max_length=8, choices=QuorumCounts, default=QuorumCounts.VOTED
    )
    tie_rule = models.CharField(_("at a tie"), max_length=8, choices=TieRule, default=TieRule.LOT)
    may_replace = models.BooleanField(
        _("ballots may be replaced"),
        default=False,
        help_text=_("Until the vote closes a voter may replace the ballot, with the device on which it was cast."),
    )
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"))

    class Meta:
        abstract = True
        constraints = [
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
                condition=Q(quorum__range=(0, 100), minimum_support__range=(0, 100)),
                name="poll_quorum",
                violation_error_message=_("Quorum and minimum support are between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(expert_weight__gte=0, expert_weight__lt=100),
                name="poll_expert_weight",
                violation_error_message=_("The weight of the experts is at least 0 and less than 100 percent."),
            ),
            models.CheckConstraint(
                condition=~Q(winner_rule=tally.SHARE) | Q(share__gt=0, share__lt=100),
                name="poll_share",
                violation_error_message=_("The share is more than 0 and less than 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(ballot_type__in=["approval", "score"], winner_rule__in=[tally.BEST, tally.SHARE])
                | Q(budget__gt=0),
                name="poll_budget",
                violation_error_message=_("Please say how large the budget is."),
            ),
        ]

    @property
    def is_by_score(self) -> bool:
        return self.ballot_type == self.BallotType.SCORE

    @property
    def full(self) -> int:
        """What one ballot can give a project."""
        return FULL_SCORE if self.is_by_score else 1

    @property
    def has_budget(self) -> bool:
        return self.ballot_type == self.BallotType.BUDGET or self.winner_rule in {tally.BUDGET_SKIP, tally.BUDGET_STOP}

    @property
    def has_experts(self) -> bool:
        return self.expert_weight > 0

    @property
    def unused(self) -> frozenset[str]:
        """The parts of the rule that say nothing, as the others are chosen."""
        best = self.winner_rule == tally.BEST
        used = {
            "seats_per_grid": self.electorate == self.Electorate.REPRESENTATIVES,
            "max_choices": not self.is_by_score,
            "winners": best,
            "share": self.winner_rule == tally.SHARE,
            "budget": self.has_budget,
            "places": best and self.tie_rule == tally.ALL,
            "quorum_counts": bool(self.quorum),
        }
        return frozenset(name for name, counts in used.items() if not counts)

    def counting_rule(self) -> tally.Rule:
        """Who wins, as the counting rule takes it."""
        return tally.Rule(
            kind=self.winner_rule,
            winners=self.winners,
            places=self.places,
            share=self.share,
            budget=self.budget,
            minimum_support=self.minimum_support,
            expert_weight=self.expert_weight,
            full=self.full,
            tie_rule=self.tie_rule,
        )


RULE_FIELDS = [field.name for field in PollRule._meta.local_fields]
