"""项目: what a team wants to do in a community, and how far that has come."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import chain
from typing import Any, Self

from django.db import models
from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS
from teams.priority import said, with_priority

from .people import contacts_of, staff_of

TRIGGER_REFUSALS["more_than_the_call"] = _("The lines paid from the call's budget ask for more than the call offers.")

GRADES = [(f"{n}A", f"{n}A") for n in range(1, 6)]
# Below 3A the community may not renew (DOMAIN.md, consequences of an evaluation).
TOO_LOW = frozenset({"1A", "2A"})
YUAN: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}


class ProjectQuerySet(ScopedQuerySet):
    owner_lookups = ("team__contacts__user",)

    def public(self) -> Self:
        """What residents may read: everything from the community's acceptance on."""
        return self.filter(status__in=Project.PUBLIC)

    def with_priority(self) -> Self:
        """Each with the best grade of its team, and whether it comes first by its call."""
        teams: Any = Project._meta.get_field("team").related_model
        found: Self = with_priority(self, teams.objects.filter(pk=OuterRef(OuterRef("team"))))
        return found

    def running(self) -> Self:
        """Those with an agreement in force."""
        agreements: Any = Project._meta.get_field("agreements").related_model
        return self.filter(pk__in=agreements.objects.filter(status="running").values("project"))


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
        # The next in line, when a shortlisted project fell out: by an objection, or its team gave it up.
        Status.NOT_CHOSEN: {Status.SHORTLISTED},
        # To returned, also after the notice was taken down: an objection was upheld.
        Status.SHORTLISTED: {Status.NOTICED, Status.RETURNED, Status.WITHDRAWN},
        # Back to shortlisted: the notice was stopped for a mistake.
        Status.NOTICED: {Status.AGREED, Status.RETURNED, Status.SHORTLISTED, Status.WITHDRAWN},
        # Back to noticed: the signed agreement was cancelled before it began.
        Status.AGREED: {Status.RUNNING, Status.NOTICED},
        Status.RUNNING: {Status.ENDED},
        # Running again: a renewal that was signed late.
        Status.ENDED: {Status.RUNNING},
    }
    NEED_REASON = {Status.RETURNED, Status.NOT_CHOSEN, Status.WITHDRAWN}
    EVENTS = {"ungraded": _("grade withdrawn")}
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
    field = models.ForeignKey("teams.Field", models.PROTECT, related_name="projects", verbose_name=_("field of work"))
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

    @property
    def priority(self) -> str:
        """The team's grade in the brand library and whether it comes first by the call; of rows `with_priority`."""
        return said(self)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("projects:project", args=[self.pk])

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The team's contacts; and the community's staff of what comes from the team."""
        staff = staff_of(self.region) if change.new in {self.Status.SUBMITTED, self.Status.WITHDRAWN} else ()
        return chain(contacts_of(self.team), staff)

    @property
    def total(self) -> Decimal:
        """The budget in yuan: the sum of its lines."""
        return sum((line.amount for line in self.lines.all()), Decimal(0))

    @property
    def requested(self) -> Decimal:
        """What is asked of the call's budget, in yuan."""
        return sum((line.amount for line in self.lines.all() if line.is_asked_of_the_call), Decimal(0))

    @property
    def charge_words(self) -> str:
        """What is charged, how much, and why so little, in one line; empty when everything is free."""
        if not self.charges:
            return ""
        parts = {"what": self.charges, "amount": self.charge_amount, "why": self.charge_reason}
        return gettext("%(what)s: %(amount)s yuan (%(why)s)") % parts

    @property
    def is_editable(self) -> bool:
        return self.status in self.EDITABLE

    @property
    def may_be_renewed(self) -> bool:
        """Whether its last grade allows a renewal; one never graded may be."""
        return self.last_grade not in TOO_LOW
