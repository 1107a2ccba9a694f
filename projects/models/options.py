"""票选项目: what stands for a vote, and what came out of it for each project."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .polls import Poll
from .projects import YUAN


class PollOption(models.Model):
    """票选项目: a project that stands for the vote; listed when the poll opens, never changed (trigger)."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="options", verbose_name=_("poll"))
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="poll_options", verbose_name=_("project")
    )
    order = models.PositiveSmallIntegerField(_("order"))
    cost = models.DecimalField(_("asked of the call (yuan)"), default=0, **YUAN)

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
    """票选结果: a project's sealed figure, votes or points; written at closing, with a rounded support to be read.

    Later only the outcome changes: a tie is settled; a shortlisted project falls out, another moves up (trigger).
    """

    class Outcome(models.TextChoices):
        SHORTLISTED = "shortlisted", _("shortlisted")
        NOT_CHOSEN = "not_chosen", _("not shortlisted")
        TIED = "tied", _("tied")
        WAITING = "waiting", _("decided when the tie is")
        WITHDRAWN = "withdrawn", _("withdrawn after an objection")
        GIVEN_UP = "given_up", _("given up by the team")
        NO_QUORUM = "no_quorum", _("no result: below the quorum")

    # It was shortlisted, and is no longer: its place is free for the next in line.
    LEFT = (Outcome.WITHDRAWN, Outcome.GIVEN_UP)

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="results", verbose_name=_("poll"))
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="poll_results", verbose_name=_("project")
    )
    votes = models.PositiveIntegerField(_("votes"))
    expert_votes = models.PositiveIntegerField(_("votes of experts"), default=0)
    support = models.DecimalField(_("support in percent"), max_digits=9, decimal_places=6, default=0)
    rank = models.PositiveSmallIntegerField(_("rank"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    by_tie_rule = models.BooleanField(_("decided by the tie rule"), default=False)
    moved_up = models.BooleanField(_("moved up"), default=False)

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
