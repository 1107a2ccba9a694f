"""项目: what a team wants to do in a community, and how far that has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS

from .people import contacts_of, staff_of

TRIGGER_REFUSALS["more_than_the_call"] = _("The lines paid from the call's budget ask for more than the call offers.")

GRADES = [(f"{n}A", f"{n}A") for n in range(1, 6)]
# Below 3A the community may not renew (DOMAIN.md, consequences of an evaluation).
TOO_LOW = frozenset({"1A", "2A"})
YUAN = {"max_digits": 12, "decimal_places": 2}


class ProjectQuerySet(ScopedQuerySet):
    owner_lookups = ("team__contacts__user",)

    def public(self) -> Self:
        """What residents may read: everything from the community's acceptance on."""
        return self.filter(status__in=Project.PUBLIC)

    def running(self) -> Self:
        """Those with an agreement in force."""
        agreements = Project._meta.get_field("agreements").related_model
        return self.filter(pk__in=agreements.objects.filter(status="running").values("project"))

    def with_totals(self) -> Self:
        """Each with its budget: all lines, and those asked of the call."""
        lines = BudgetLine.objects.filter(project=models.OuterRef("pk")).order_by().values("project")

        def added_up(rows: Any) -> Any:
            added = models.Subquery(rows.annotate(sum=models.Sum("amount")).values("sum"))
            return Coalesce(added, Decimal(0), output_field=models.DecimalField(**YUAN))

        return self.annotate(total=added_up(lines), requested=added_up(lines.filter(source=BudgetLine.Source.CALL)))


class Project(Lifecycle):
    """项目: a team's proposal and, once chosen, noticed and agreed, its work in the community."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("being written")
        SUBMITTED = "submitted", _("to be checked")
        RETURNED = "returned", _("returned to be corrected")
        ACCEPTED = "accepted", _("accepted for a roadshow")
        IN_ROADSHOW = "in_roadshow", _("in a roadshow")
        SHORTLISTED = "shortlisted", _("shortlisted")
        NOT_CHOSEN = "not_chosen", _("not chosen")
        NOTICED = "noticed", _("in public notice")
        AGREED = "agreed", _("agreement signed")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES = {
        Status.DRAFT: {Status.SUBMITTED, Status.WITHDRAWN},
        Status.SUBMITTED: {Status.RETURNED, Status.ACCEPTED, Status.WITHDRAWN},
        Status.RETURNED: {Status.SUBMITTED, Status.WITHDRAWN},
        Status.ACCEPTED: {Status.IN_ROADSHOW, Status.RETURNED, Status.WITHDRAWN},
        # Back to accepted: taken off the roadshow, or its poll had no quorum.
        Status.IN_ROADSHOW: {Status.SHORTLISTED, Status.NOT_CHOSEN, Status.ACCEPTED},
        Status.SHORTLISTED: {Status.NOTICED, Status.WITHDRAWN},
        # Back to shortlisted: the notice was stopped for a mistake. To returned: an objection was upheld.
        Status.NOTICED: {Status.AGREED, Status.RETURNED, Status.SHORTLISTED, Status.WITHDRAWN},
        # Back to noticed: the signed agreement was cancelled before it began.
        Status.AGREED: {Status.RUNNING, Status.NOTICED},
        Status.RUNNING: {Status.ENDED},
        # Running again: a renewal that was signed late.
        Status.ENDED: {Status.RUNNING},
    }
    NEED_REASON = {Status.RETURNED, Status.NOT_CHOSEN, Status.WITHDRAWN}
    EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
    PUBLIC = (
        Status.ACCEPTED,
        Status.IN_ROADSHOW,
        Status.SHORTLISTED,
        Status.NOT_CHOSEN,
        Status.NOTICED,
        Status.AGREED,
        Status.RUNNING,
        Status.ENDED,
    )

    team = models.ForeignKey("teams.Team", models.PROTECT, related_name="projects", verbose_name=_("team"))
    call = models.ForeignKey(
        "teams.RecruitmentCall",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("recruitment call"),
    )
    title = models.CharField(_("title"), max_length=80)
    scene = models.ForeignKey("teams.Scene", models.PROTECT, related_name="projects", verbose_name=_("scene"))
    field = models.ForeignKey("teams.Field", models.PROTECT, related_name="projects", verbose_name=_("field"))
    mode = models.ForeignKey(
        "teams.CooperationMode", models.PROTECT, related_name="projects", verbose_name=_("cooperation mode")
    )
    goals = models.TextField(_("goals"), max_length=2000)
    beneficiaries = models.CharField(_("beneficiaries"), max_length=200)
    plan = models.TextField(_("plan"), max_length=4000)
    charges = models.CharField(
        _("what is charged"), max_length=200, blank=True, help_text=_("Leave empty when everything is free of charge.")
    )
    charge_amount = models.DecimalField(_("how much (yuan)"), null=True, blank=True, **YUAN)
    charge_reason = models.CharField(_("why this is below the market"), max_length=400, blank=True)
    share_returned = models.PositiveSmallIntegerField(
        _("share of surplus given back (%)"),
        default=0,
        help_text=_("How much of what is left over goes back to the community, in percent."),
    )
    last_grade = models.CharField(_("last grade"), max_length=2, blank=True, choices=GRADES, editable=False)
    last_graded_at = models.DateTimeField(_("graded at"), null=True, blank=True, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(
                condition=Q(share_returned__gte=0, share_returned__lte=100),
                name="share_returned_is_a_percentage",
                violation_error_message=_("The share given back is a percentage from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=Q(charges="", charge_amount=None, charge_reason="")
                | (~Q(charges="") & Q(charge_amount__gt=0) & ~Q(charge_reason="")),
                name="a_charge_is_explained",
                violation_error_message=_("A charge needs all three: what is charged, how much, and why so little."),
            ),
            models.CheckConstraint(
                condition=Q(last_grade__in=["", *dict(GRADES)]),
                name="project_grade_is_known",
                violation_error_message=_("A grade is one of 1A to 5A."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("projects:project", args=[self.pk])

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The team's contacts; and the community's staff of what comes from the team."""
        staff = staff_of(self.region) if change.new in {self.Status.SUBMITTED, self.Status.WITHDRAWN} else ()
        return chain(contacts_of(self.team), staff)

    @property
    def is_editable(self) -> bool:
        return self.status in self.EDITABLE

    @property
    def may_be_renewed(self) -> bool:
        """Whether its last grade allows a renewal; one never graded may be."""
        return self.last_grade not in TOO_LOW


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


class MilestoneQuerySet(OfProjectQuerySet):
    def done(self) -> Self:
        """Those whose report the community has confirmed."""
        return self.filter(reports__status="confirmed")

    def overdue(self, on: date) -> Self:
        """Those of running projects whose day has passed without a report that stands."""
        return self.filter(due_on__lt=on, project__status=Project.Status.RUNNING).exclude(
            reports__status__in=["submitted", "confirmed"]
        )


class Milestone(models.Model):
    """里程碑: what will be seen of a project, and by when."""

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
