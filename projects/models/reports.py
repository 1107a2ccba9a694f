"""里程碑报告: what a team has done, in words, figures and photos."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User

from .parts import Milestone
from .people import contacts_of, staff_of
from .projects import YUAN, Project


class MilestoneReportQuerySet(ScopedQuerySet):
    owner_lookups = ("milestone__project__team__contacts__user",)

    def public(self) -> Self:
        return self.confirmed().filter(milestone__project__status__in=Project.PUBLIC)

    def returned(self) -> Self:
        return self.filter(status=MilestoneReport.Status.RETURNED)

    def submitted(self) -> Self:
        return self.filter(status=MilestoneReport.Status.SUBMITTED)

    def confirmed(self) -> Self:
        return self.filter(status=MilestoneReport.Status.CONFIRMED)


class MilestoneReport(Lifecycle):
    """里程碑报告: a team's account of a milestone; once confirmed residents see it. A returned one is written anew."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", _("to be confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        RETURNED = "returned", _("sent back")

    MOVES = {Status.SUBMITTED: {Status.CONFIRMED, Status.RETURNED}}
    NEED_REASON = {Status.RETURNED}

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="reports", verbose_name=_("milestone"))
    text = models.TextField(_("what was done"), max_length=4000)
    people_served = models.PositiveIntegerField(_("people served"), default=0)
    events_held = models.PositiveIntegerField(_("events held"), default=0)
    money_spent = models.DecimalField(_("money spent (yuan)"), default=0, **YUAN)
    photos = models.ManyToManyField("communities.Upload", blank=True, related_name="reports", verbose_name=_("photos"))
    reported_at = models.DateTimeField(_("reported at"), default=now, editable=False)

    objects = MilestoneReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone report")
        verbose_name_plural = _("milestone reports")
        constraints = [
            models.UniqueConstraint(
                fields=["milestone"],
                condition=~Q(status="returned"),
                name="one_report_per_milestone",
                violation_error_message=_("This milestone is already reported."),
            ),
            models.CheckConstraint(
                condition=Q(money_spent__gte=0),
                name="money_spent_is_not_negative",
                violation_error_message=_("The money spent is not less than zero."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.milestone)

    def get_absolute_url(self) -> str:
        return reverse("projects:project", args=[self.milestone.project_id])

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The staff of a new report, the team's contacts of what became of it."""
        if change.new == self.Status.SUBMITTED:
            return staff_of(self.region)
        return contacts_of(self.milestone.project.team)
