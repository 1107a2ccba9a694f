"""申诉: what a team has against its announced grade, and who looks into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS
from projects.models.people import contacts_of

from .committees import CommitteeMember
from .ratings import Rating
from .rounds import street_staff_of
from .schemes import Seat

PANEL = 3
CHALLENGED = _("Whose marks are challenged does not look into the appeal, nor whoever is recused from the project.")
APPEAL_OPEN = _("An appeal is still open; decide it first.")
PANEL_TOO_SMALL = _("At least three members look into an appeal.")
PANEL_DISAGREES = _(
    "An appeal is upheld when more than half of those who look into it find it right,"
    " and dismissed when at least half of them do not."
)
TRIGGER_REFUSALS |= {
    "no_time_to_appeal": _("The time to appeal is over, or has not begun."),
    "not_own_grade": _("A team appeals against its own grade alone."),
    "appeal_open": APPEAL_OPEN,
    "appeal_is_fixed": _("What an appeal says, and what was decided, is not changed any more."),
    "panel_too_small": PANEL_TOO_SMALL,
    "panel_disagrees": PANEL_DISAGREES,
    "nothing_corrected": _("What is upheld is corrected: name the marks, or who is recused."),
    "challenged": CHALLENGED,
    "not_under_review": _("This appeal is not under review."),
}


class AppealQuerySet(ScopedQuerySet):
    owner_lookups = ("rating__project__team__contacts__user",)

    def open(self) -> Self:
        """Those still to be decided."""
        return self.filter(status__in=Appeal.OPEN)

    def due_within(self, days: int, on: date) -> Self:
        """Open ones to be decided in so many days, or late."""
        return self.open().filter(due_on__lte=date.fromordinal(on.toordinal() + days))


class Appeal(Lifecycle):
    """申诉: a team says what is wrong with its announced grade; members who are not challenged look into it.

    It is one a grade (a withdrawn one does not count), and while it is open the round is not published.
    """

    class Status(models.TextChoices):
        FILED = "filed", _("filed")
        UNDER_REVIEW = "under_review", _("under review")
        UPHELD = "upheld", _("appeal upheld")
        DISMISSED = "dismissed", _("appeal dismissed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES = {
        Status.FILED: {Status.UNDER_REVIEW, Status.WITHDRAWN},
        Status.UNDER_REVIEW: {Status.UPHELD, Status.DISMISSED},
    }
    NEED_REASON = {Status.UPHELD, Status.DISMISSED}
    OPEN = (Status.FILED, Status.UNDER_REVIEW)
    DECIDED = (Status.UPHELD, Status.DISMISSED)
    EVENTS = {"reviewer_recused": _("a reviewer is recused")}

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="appeals", verbose_name=_("rating"))
    author = models.ForeignKey(User, models.PROTECT, related_name="appeals", verbose_name=_("filed by"))
    reason = models.TextField(_("why the team appeals"), max_length=4000)
    indicators = models.ManyToManyField(
        "evaluations.Indicator", related_name="appeals", verbose_name=_("indicators it is about")
    )
    files = models.ManyToManyField("communities.Upload", blank=True, related_name="appeals", verbose_name=_("evidence"))
    filed_at = models.DateTimeField(_("filed at"))
    due_on = models.DateField(_("to be decided by"))
    answer = models.TextField(_("decision and reason"), max_length=4000, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    before = models.CharField(_("before the decision"), max_length=40, blank=True, editable=False)
    after = models.CharField(_("after the decision"), max_length=40, blank=True, editable=False)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(
                fields=["rating"],
                condition=~Q(status="withdrawn"),
                name="one_appeal_per_grade",
                violation_error_message=_("There is an appeal against this grade already; a grade is appealed once."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="appeal_says_why",
                violation_error_message=_("Please give a reason."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["upheld", "dismissed"]) | (~Q(answer="") & Q(decided_at__isnull=False)),
                name="decided_appeal_says_why",
                violation_error_message=_("A decision on an appeal gives its reason."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.rating)

    def get_absolute_url(self) -> str:
        return reverse("evaluations:appeal", args=[self.pk])

    def opinions(self) -> Counter[bool | None]:
        """How many of those who look into it find it right (True), not right (False), or have not said yet (None)."""
        return Counter(self.reviewers.sitting().values_list("upholds", flat=True))

    def may_become(self, status: str) -> bool:
        """Whether those who look into it are enough, and have said so in sufficient number."""
        said = self.opinions()
        if said.total() < PANEL:
            return False
        if status == self.Status.UPHELD:
            return 2 * said[True] > said.total()
        return 2 * said[False] >= said.total()

    @property
    def is_decided(self) -> bool:
        return self.status in self.DECIDED

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The street of a new or withdrawn one and of a reviewer recused, the team of every other step."""
        if change.new in {self.Status.FILED, self.Status.WITHDRAWN, "reviewer_recused"}:
            return street_staff_of(self.rating.round)
        return contacts_of(self.rating.project.team)


class ChallengeQuerySet(ScopedQuerySet):
    region_lookup = "appeal__region"
    owner_lookups = ("appeal__rating__project__team__contacts__user",)


class Challenge(models.Model):
    """质疑: an appeal is against the marks of this member, whom the team knows by a number or a group alone."""

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="challenges", verbose_name=_("appeal"))
    member = models.ForeignKey(
        CommitteeMember, models.PROTECT, related_name="challenges", verbose_name=_("committee member")
    )
    number = models.PositiveSmallIntegerField(_("number of the member in the explanation"))
    group = models.CharField(_("as one of this group"), max_length=16, choices=Seat, blank=True)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "member"],
                name="challenged_once",
                violation_error_message=_("This member is challenged already."),
            )
        ]

    def __str__(self) -> str:
        return str(_("member no. %(number)s") % {"number": self.number})


class AppealCorrection(models.Model):
    """申诉更正: what an upheld appeal changed: a new version of a score sheet, or a recusal."""

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="corrections", verbose_name=_("appeal"))
    number = models.PositiveSmallIntegerField(_("number of the member in the explanation"))
    sheet = models.OneToOneField(
        "evaluations.ScoreSheet",
        models.PROTECT,
        null=True,
        related_name="correction",
        verbose_name=_("corrected score sheet"),
    )
    recusal = models.OneToOneField(
        "evaluations.Recusal", models.PROTECT, null=True, related_name="correction", verbose_name=_("recusal")
    )

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction after an appeal")
        verbose_name_plural = _("corrections after appeals")
        ordering = ["number", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sheet=None, recusal__isnull=False) | Q(sheet__isnull=False, recusal=None),
                name="correction_is_a_sheet_or_a_recusal",
                violation_error_message=_("A correction is a new version of a score sheet, or a recusal."),
            )
        ]

    def __str__(self) -> str:
        return str(_("member no. %(number)s") % {"number": self.number})
