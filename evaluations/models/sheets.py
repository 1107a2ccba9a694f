"""评分表: one member's marks for one project."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, User
from communities.models.refusals import TRIGGER_REFUSALS

from .committees import Recusal
from .rounds import EvaluationRound
from .schemes import POINTS

TRIGGER_REFUSALS["sheet_is_sealed"] = _("A submitted score sheet is sealed; correct it by a new version.")
TRIGGER_REFUSALS["mark_out_of_range"] = _("A mark lies between 0 and the full marks of an indicator of this round.")


class ScoreSheetQuerySet(ScopedQuerySet):
    owner_lookups = ("member__user",)

    def for_user(self, user: User | AnonymousUser, perm: str) -> Self:
        """Nobody sees the marks of others before the round is closed, whatever their role."""
        mine = Q(member__user=user) if user.is_authenticated else Q(pk__in=())
        return super().for_user(user, perm).filter(mine | Q(rating__round__status__in=EvaluationRound.MARKS_ARE_SHOWN))

    def submitted(self) -> Self:
        return self.filter(status=ScoreSheet.Status.SUBMITTED)

    def drafts(self) -> Self:
        return self.filter(status=ScoreSheet.Status.DRAFT)

    def current(self) -> Self:
        """The submitted version that counts: the last of each member for each project."""
        later = ScoreSheet.objects.submitted().filter(
            rating=OuterRef("rating"), member=OuterRef("member"), version__gt=OuterRef("version")
        )
        return self.submitted().exclude(Exists(later))

    def not_recused(self) -> Self:
        """Without the sheets of those recused before the grade became final."""
        return self.exclude(
            Exists(
                Recusal.objects.filter(user=OuterRef("member__user"), project=OuterRef("rating__project")).filter(
                    Q(at__lte=OuterRef("rating__final_at")) | Q(Exists(_open_rating()))
                )
            )
        )

    def counted(self) -> Self:
        """What a grade is computed from."""
        return self.current().not_recused()

    def missing(self, on: date) -> Self:
        """Never submitted, of members who serve, for projects not left out."""
        return (
            self.drafts()
            .filter(version=1, member__since__lte=on)
            .exclude(rating__status="left_out")
            .filter(Q(member__until=None) | Q(member__until__gt=on))
            .not_recused()
        )

    def with_progress(self) -> Self:
        """Each with how many marks it has."""
        return self.annotate(marks_given=models.Count("marks", filter=~Q(marks__value=None) | ~Q(marks__note="")))


def _open_rating() -> models.QuerySet:
    from .ratings import Rating  # noqa: PLC0415 (ratings and sheets know each other)

    return Rating.objects.filter(pk=OuterRef(OuterRef("rating")), final_at=None)


class ScoreSheet(Lifecycle):
    """评分表: what one member gives one project in a round; submitting seals it, a correction is a new version."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("being filled in")
        SUBMITTED = "submitted", _("submitted")

    MOVES = {Status.DRAFT: {Status.SUBMITTED}}

    rating = models.ForeignKey(
        "evaluations.Rating", models.PROTECT, related_name="sheets", verbose_name=_("project in the round")
    )
    member = models.ForeignKey(
        "evaluations.CommitteeMember", models.PROTECT, related_name="sheets", verbose_name=_("committee member")
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    correction_reason = models.TextField(_("why it was corrected"), max_length=1000, blank=True)
    saved_at = models.DateTimeField(_("saved at"), null=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rating", "member", "version"],
                name="one_sheet_per_version",
                violation_error_message=_("This version of the score sheet already exists."),
            ),
            models.UniqueConstraint(
                fields=["rating", "member"],
                condition=Q(status="draft"),
                name="one_draft_sheet_each",
                violation_error_message=_("This score sheet is already being filled in."),
            ),
            models.CheckConstraint(
                condition=Q(version=1) | (Q(version__gt=1) & ~Q(correction_reason="")),
                name="correction_says_why",
                violation_error_message=_("Please give a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating} · {self.member}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:sheet", args=[self.pk])

    @property
    def is_sealed(self) -> bool:
        return bool(self.status == self.Status.SUBMITTED)


class MarkQuerySet(ScopedQuerySet):
    region_lookup = "sheet__region"
    owner_lookups = ("sheet__member__user",)


class Mark(models.Model):
    """分数: one indicator of a sheet. Without a value it is an abstention, and the note says why."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="marks", verbose_name=_("score sheet"))
    indicator = models.ForeignKey(
        "evaluations.Indicator", models.PROTECT, related_name="marks", verbose_name=_("indicator")
    )
    value = models.DecimalField(_("mark"), null=True, blank=True, **POINTS)
    note = models.TextField(_("evidence or reason"), max_length=1000, blank=True)
    # Which change made it what it is: a device says on which one its next change is based.
    change = models.UUIDField(_("key of its last change"), null=True, editable=False)

    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["indicator__order", "indicator_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "indicator"],
                name="one_mark_per_indicator",
                violation_error_message=_("This indicator is already marked."),
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0),
                name="mark_is_not_negative",
                violation_error_message=_("A mark lies between 0 and the full marks."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.value}"
