"""考评管理委员会: who marks."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet
from communities.models.refusals import TRIGGER_REFUSALS

from .schemes import Seat

TRIGGER_REFUSALS["recused"] = _("This member is recused from this project and does not score it.")
OWN_PROJECT = _("Nobody scores a project of a team for which they speak or in which they work. Please recuse yourself.")
TRIGGER_REFUSALS["own_project"] = OWN_PROJECT
TRIGGER_REFUSALS["households_do_not_sit"] = _("Surveyed households have no seat; the survey speaks for them.")
TRIGGER_REFUSALS["member_is_fixed"] = _("A seat is not changed; end it and appoint anew.")
SEAT_HAS_PASSED = _("Your term in this committee is over; you hand in no more sheets.")
TRIGGER_REFUSALS["seat_has_passed"] = SEAT_HAS_PASSED
TRIGGER_REFUSALS["not_the_same_seat"] = _(
    "A successor takes the seat of a member of the same group whose term is over."
)


class CommitteeQuerySet(ScopedQuerySet):
    def active(self) -> Self:
        return self.filter(status=Committee.Status.ACTIVE)


class Committee(Lifecycle):
    """考评管理委员会: a street's committee, which rates the running projects of its communities."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        DISSOLVED = "dissolved", _("dissolved")

    MOVES = {Status.ACTIVE: {Status.DISSOLVED}}
    NEED_REASON = {Status.DISSOLVED}

    name = models.CharField(_("name"), max_length=80)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("committee")
        verbose_name_plural = _("committees")
        constraints = [
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(status="active"),
                name="one_active_committee_per_street",
                violation_error_message=_("This street already has a committee."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class CommitteeMemberQuerySet(ScopedQuerySet):
    region_lookup = "committee__region"
    owner_lookups = ("user",)

    def serving(self, on: date) -> Self:
        """Those whose term covers this day."""
        return self.filter(since__lte=on).filter(Q(until=None) | Q(until__gt=on))


class CommitteeMember(models.Model):
    """委员: a person in one of the committee's groups, for a term; or for the rest of the term of whom they replace."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="members", verbose_name=_("committee"))
    user = models.ForeignKey("communities.User", models.PROTECT, related_name="memberships", verbose_name=_("person"))
    group = models.CharField(_("evaluator group"), max_length=16, choices=Seat)
    since = models.DateField(_("member since"))
    until = models.DateField(_("member until"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="successors",
        verbose_name=_("in the place of"),
    )

    EVENTS = {
        "appointed": _("appointed"),
        "dismissed": _("term ended"),
    }

    objects = CommitteeMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("committee member")
        verbose_name_plural = _("committee members")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "user"],
                condition=Q(until=None),
                name="one_seat_each",
                violation_error_message=_("This person already sits on this committee."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="term_ends_after_it_begins",
                violation_error_message=_("A term does not end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(replaces__isnull=False),
                name="one_successor_each",
                violation_error_message=_("This member already has a successor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_group_display()}"

    def serves(self, on: date) -> bool:
        """Whether the term covers this day."""
        return self.since <= on and (self.until is None or on < self.until)


class RecusalQuerySet(ScopedQuerySet):
    owner_lookups = ("user",)


class Recusal(models.Model):
    """回避: this person does not score this project, now or in any later round.

    The database refuses every score sheet and every mark against it (migration `laws`), and the row itself is never
    changed or deleted.
    """

    region = models.ForeignKey("communities.Region", models.PROTECT, related_name="+", verbose_name=_("street"))
    user = models.ForeignKey(
        "communities.User", models.PROTECT, related_name="recusals", verbose_name=_("committee member")
    )
    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="recusals", verbose_name=_("project"))
    reason = models.TextField(_("reason"), max_length=1000)
    by = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("by whom"))
    at = models.DateTimeField(_("at"))

    EVENTS = {
        "recused": _("recused"),
    }

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "project"],
                name="recused_once",
                violation_error_message=_("This member is already recused from this project."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="recusal_says_why",
                violation_error_message=_("Please give a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.project}"
