"""What a project is made of: what it costs, and what will be seen by when."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet

from .projects import YUAN, Project


class OfProjectQuerySet(ScopedQuerySet):
    """Parts of a project, reached by whoever reaches the project."""

    region_lookup = "project__region"
    owner_lookups = ("project__team__contacts__user",)

    def public(self) -> Self:
        return self.filter(project__status__in=Project.PUBLIC)


class BudgetLine(models.Model):
    """预算明细: what a part of the money is for, and where it comes from; the budget is the sum of its lines."""

    class Source(models.TextChoices):
        CALL = "call", _("budget of the call")
        OWN = "own", _("own funds")
        CHARGES = "charges", _("charges")
        DONATIONS = "donations", _("donations and crowdfunding")
        OTHER = "other", _("other sources")

    project = models.ForeignKey(Project, models.CASCADE, related_name="lines", verbose_name=_("project"))
    purpose = models.CharField(_("what it is for"), max_length=120)
    amount = models.DecimalField(_("amount (yuan)"), **YUAN)
    source = models.CharField(_("where it comes from"), max_length=16, choices=Source)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="budget_line_is_positive",
                violation_error_message=_("The amount of a budget line is more than zero."),
            )
        ]

    def __str__(self) -> str:
        return self.purpose

    @property
    def is_asked_of_the_call(self) -> bool:
        return self.source == self.Source.CALL


class MilestoneQuerySet(OfProjectQuerySet):
    def done(self) -> Self:
        """Those whose report the community has confirmed."""
        return self.filter(reports__status="confirmed")

    def overdue(self, on: date | None = None) -> Self:
        """Those of running projects whose day has passed without a report that stands."""
        on = on or localdate()
        return self.filter(due_on__lt=on, project__status=Project.Status.RUNNING).exclude(
            reports__status__in=["submitted", "confirmed"]
        )


class Milestone(models.Model):
    """里程碑: what will be seen of a project, and by when."""

    class Progress(models.TextChoices):
        PLANNED = "planned", _("planned")
        REPORTED = "reported", _("reported")
        DONE = "done", _("done")
        OVERDUE = "overdue", _("overdue")

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones", verbose_name=_("project"))
    title = models.CharField(_("title"), max_length=80)
    due_on = models.DateField(_("due on"))
    evidence = models.CharField(_("what will be seen"), max_length=200)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.title

    def progress(self, on: date | None = None) -> Milestone.Progress:
        """How far it has come on this day, from its reports (prefetch them for lists)."""
        statuses = {report.status for report in self.reports.all()}
        if "confirmed" in statuses:
            return self.Progress.DONE
        if "submitted" in statuses:
            return self.Progress.REPORTED
        is_running = self.project.status == Project.Status.RUNNING
        is_late = is_running and self.due_on < (on or localdate())
        return self.Progress.OVERDUE if is_late else self.Progress.PLANNED

    @property
    def progress_label(self) -> str:
        return str(self.progress().label)

    @property
    def is_overdue(self) -> bool:
        return self.progress() == self.Progress.OVERDUE

    @property
    def is_to_be_reported(self) -> bool:
        """Whether the team can write a report of it now."""
        is_open = self.progress() in {self.Progress.PLANNED, self.Progress.OVERDUE}
        return is_open and self.project.status == Project.Status.RUNNING
