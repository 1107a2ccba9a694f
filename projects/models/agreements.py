"""合作协议: what community and team have signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import chain
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS

from .people import contacts_of, staff_of
from .projects import YUAN, Project

RENEWABLE_DAYS = 60
SIGNERS = ("team", "community")

NO_FINISHED_NOTICE = _("There is no agreement before a public notice has finished and every objection is answered.")
NO_EARLIER_AGREEMENT = _("A renewal needs an earlier agreement of the same project that has come into force.")
GRADE_TOO_LOW = _("The project's final grade is 2A or below: its agreement may not be renewed.")
TRIGGER_REFUSALS |= {
    "no_finished_notice": NO_FINISHED_NOTICE,
    "no_earlier_agreement": NO_EARLIER_AGREEMENT,
    "grade_too_low": GRADE_TOO_LOW,
}


class AgreementQuerySet(ScopedQuerySet):
    owner_lookups = ("project__team__contacts__user",)

    def starting(self, on: date) -> Self:
        """Signed ones whose first day has come."""
        return self.filter(status=Agreement.Status.SIGNED, starts_on__lte=on)

    def over(self, on: date) -> Self:
        """Running ones whose last day has passed."""
        return self.filter(status=Agreement.Status.RUNNING, ends_on__lt=on)

    def unrenewed(self) -> Self:
        return self.exclude(renewals__status__in=[s for s in Agreement.Status if s != Agreement.Status.CANCELLED])

    def ending_within(self, days: int, on: date) -> Self:
        """Running ones that end in so many days or fewer and have no renewal."""
        last = on + timedelta(days=days)
        return self.filter(status=Agreement.Status.RUNNING, ends_on__gte=on, ends_on__lte=last).unrenewed()

    def unsigned(self) -> Self:
        return self.filter(status=Agreement.Status.DRAFT)

    def unsigned_by(self, side: str) -> Self:
        """Those that wait for the signature of the team or of the community."""
        return self.unsigned().filter(**{f"{side}_signed_at": None})


class Agreement(Lifecycle):
    """合作协议: community and team agree on period, mode, funds, space, charges and the share given back.

    It is signed when both sides have signed, in force from its first day to its last, both by the clock.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("to be signed")
        SIGNED = "signed", _("signed")
        RUNNING = "running", _("in force")
        ENDED = "ended", _("ended")
        TERMINATED = "terminated", _("ended early")
        CANCELLED = "cancelled", _("cancelled")

    MOVES = {
        Status.DRAFT: {Status.SIGNED, Status.CANCELLED},
        Status.SIGNED: {Status.RUNNING, Status.CANCELLED},
        Status.RUNNING: {Status.ENDED, Status.TERMINATED},
    }
    NEED_REASON = {Status.CANCELLED, Status.TERMINATED}
    EVENTS = {"team_signed": _("signed for the team"), "community_signed": _("signed for the community")}

    project = models.ForeignKey(Project, models.PROTECT, related_name="agreements", verbose_name=_("project"))
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("renews")
    )
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    serial = models.PositiveIntegerField(_("serial number"), editable=False)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    mode = models.ForeignKey(
        "teams.CooperationMode", models.PROTECT, related_name="agreements", verbose_name=_("cooperation mode")
    )
    funds = models.DecimalField(_("funds from the community (yuan)"), default=0, **YUAN)
    space = models.CharField(_("space used"), max_length=200, blank=True)
    charges = models.CharField(_("charges"), max_length=700, blank=True)
    share_returned = models.PositiveSmallIntegerField(_("share of surplus given back (%)"), default=0)
    terms = models.TextField(_("further terms"), max_length=4000, blank=True)
    team_signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("signed for the team by")
    )
    team_signed_at = models.DateTimeField(_("signed for the team at"), null=True, editable=False)
    community_signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("signed for the community by")
    )
    community_signed_at = models.DateTimeField(_("signed for the community at"), null=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "serial"],
                name="agreement_number_is_unique",
                violation_error_message=_("This agreement number is already taken."),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(renews=None) & ~Q(status="cancelled"),
                name="one_first_agreement_per_project",
                violation_error_message=_("This project already has an agreement; renew that one."),
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=~Q(status="cancelled"),
                name="one_renewal_per_agreement",
                violation_error_message=_("This agreement is already renewed."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="agreement_ends_after_it_starts",
                violation_error_message=_("The last day of an agreement comes after its first."),
            ),
            models.CheckConstraint(
                condition=Q(share_returned__gte=0, share_returned__lte=100),
                name="agreed_share_is_a_percentage",
                violation_error_message=_("The share given back is a percentage from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=Q(funds__gte=0),
                name="agreed_funds_are_not_negative",
                violation_error_message=_("Funds are not less than zero."),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{side}_signed_by": None, f"{side}_signed_at": None})
                    | Q(**{f"{side}_signed_by__isnull": False, f"{side}_signed_at__isnull": False}),
                    name=f"{side}_signature_is_whole",
                    violation_error_message=_("A signature says who signed and when."),
                )
                for side in SIGNERS
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"])
                | Q(team_signed_at__isnull=False, community_signed_at__isnull=False),
                name="signed_by_both_sides",
                violation_error_message=_("An agreement is signed when both sides have signed."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """协议编号: community, year and running number, as 330723001001-2026-003."""
        return f"{self.region.code}-{self.year}-{self.serial:03}"

    def get_absolute_url(self) -> str:
        return reverse("projects:agreement", args=[self.pk])

    def audience(self, change: StatusChange) -> Iterable[User]:
        return self.both_sides()

    def both_sides(self) -> Iterable[User]:
        """The team's contacts and the community's staff."""
        return chain(contacts_of(self.project.team), staff_of(self.region))

    def renewable_from(self) -> date:
        """The first day on which a renewal may be drawn up."""
        return self.ends_on - timedelta(days=RENEWABLE_DAYS)
