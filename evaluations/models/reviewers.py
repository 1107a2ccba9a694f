"""复核: the members who look into an appeal, and what each of them thinks of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User

from .appeals import Appeal
from .committees import CommitteeMember, Recusal


class ReviewerQuerySet(ScopedQuerySet):
    owner_lookups = ("member__user",)

    def sitting(self) -> Self:
        """Those whose opinion counts: all but the excused, and those recused from the project even after giving it."""
        return self.exclude(status=Reviewer.Status.EXCUSED).filter(~Exists(self._recusals()))

    def with_counts(self) -> Self:
        """With `counts`: whether the opinion counts, as `sitting` says."""
        return self.annotate(counts=~Q(status=Reviewer.Status.EXCUSED) & ~Exists(self._recusals()))

    def _recusals(self) -> models.QuerySet[Recusal]:
        recusals: models.QuerySet[Recusal] = Recusal.objects.filter(
            user=OuterRef("member__user"), project=OuterRef("appeal__rating__project")
        )
        return recusals

    def waiting(self) -> Self:
        """Those whose opinion is still missing."""
        return self.sitting().filter(status=Reviewer.Status.NAMED, appeal__status=Appeal.Status.UNDER_REVIEW)


class Reviewer(Lifecycle):
    """复核人: a committee member who is not challenged, named by the street to look into an appeal.

    Nobody sees what the others think before giving an opinion; a given opinion stays as it is. Who is recused from the
    project afterwards no longer counts, while the opinion remains on record.
    """

    class Status(models.TextChoices):
        NAMED = "named", _("opinion is missing")
        GIVEN = "given", _("opinion given")
        EXCUSED = "excused", _("excused")

    MOVES = {Status.NAMED: {Status.GIVEN, Status.EXCUSED}}
    NEED_REASON = {Status.EXCUSED}

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="reviewers", verbose_name=_("appeal"))
    member = models.ForeignKey(
        CommitteeMember, models.PROTECT, related_name="reviews", verbose_name=_("committee member")
    )
    upholds = models.BooleanField(_("is the appeal right?"), null=True, editable=False)
    words = models.TextField(_("opinion"), max_length=2000, blank=True, editable=False)
    given_at = models.DateTimeField(_("opinion given at"), null=True, editable=False)

    objects = ReviewerQuerySet.as_manager()

    class Meta:
        verbose_name = _("reviewer of an appeal")
        verbose_name_plural = _("reviewers of appeals")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "member"],
                name="reviews_once",
                violation_error_message=_("This member looks into the appeal already."),
            ),
            models.CheckConstraint(
                condition=Q(status="given", upholds__isnull=False, given_at__isnull=False) & ~Q(words="")
                | ~Q(status="given") & Q(upholds=None, given_at=None, words=""),
                name="opinion_says_why",
                violation_error_message=_("An opinion says whether the appeal is right, and why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appeal} · {self.member}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:review", args=[self.pk])

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The member, of being named or excused."""
        return [self.member.user] if change.new != self.Status.GIVEN else ()
