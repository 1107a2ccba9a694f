"""招募令: what residents need, and from when to when teams may answer."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet
from communities.models.refusals import TRIGGER_REFUSALS

TRIGGER_REFUSALS["priority_is_unknown"] = _("Teams come first from 3A, 4A or 5A on.")
TRIGGER_REFUSALS["call_is_fixed"] = _("A published call is not changed any more; only its closing date can be put off.")


class RecruitmentCallQuerySet(ScopedQuerySet):
    def public(self) -> Self:
        """Everybody reads what was published, also after it closed."""
        return self.filter(status__in=[RecruitmentCall.Status.PUBLISHED, RecruitmentCall.Status.CLOSED])

    def published(self) -> Self:
        return self.filter(status=RecruitmentCall.Status.PUBLISHED)

    def open(self, *, on: date) -> Self:
        """Those that can be answered on this day."""
        return self.published().filter(opens_on__lte=on, closes_on__gte=on)

    def overdue(self, *, on: date) -> Self:
        """Those whose last day was before this one and that are still published."""
        return self.published().filter(closes_on__lt=on)


class RecruitmentCall(Lifecycle):
    """招募令: a community asks for teams."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES = {
        Status.DRAFT: {Status.PUBLISHED, Status.WITHDRAWN},
        Status.PUBLISHED: {Status.CLOSED},
    }
    NEED_REASON = {Status.CLOSED}
    EVENTS = {"extended": _("closing date put off")}

    title = models.CharField(_("title"), max_length=80)
    scene = models.ForeignKey("teams.Scene", models.PROTECT, verbose_name=_("scene"), related_name="calls")
    field = models.ForeignKey("teams.Field", models.PROTECT, verbose_name=_("field of work"), related_name="calls")
    need = models.TextField(_("what residents need"), max_length=4000)
    budget = models.DecimalField(_("budget offered (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True)
    space = models.CharField(_("space offered"), max_length=200, blank=True)
    priority_from = models.PositiveSmallIntegerField(
        _("who comes first"),
        null=True,
        blank=True,
        choices=[
            (3, _("teams with a project in the brand library")),
            (4, _("teams with a project of 4A or better in the brand library")),
            (5, _("teams with a project of 5A in the brand library")),
        ],
        help_text=_("Shown beside applications and projects of this call. It decides nothing by itself."),
    )
    opens_on = models.DateField(_("open from"))
    closes_on = models.DateField(_("open until (last day)"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = RecruitmentCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("recruitment call")
        verbose_name_plural = _("recruitment calls")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="call_closes_after_it_opens",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(budget=None) | Q(budget__gte=0),
                name="call_budget_is_not_negative",
                violation_error_message=_("The budget cannot be negative."),
            ),
        ]
        indexes = [models.Index(fields=["status", "closes_on"], name="calls_by_closing_day")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("teams:call", args=[self.pk])

    def is_open(self, *, on: date | None = None) -> bool:
        """Whether a team may answer it on this day (today, unless given)."""
        on = on or localdate()
        return self.status == self.Status.PUBLISHED and self.opens_on <= on <= self.closes_on
