"""有偿服务: minutes that a team's agreement pays for, and that are therefore no volunteering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet

if TYPE_CHECKING:
    from communities.models import User


class PaidWorkQuerySet(ScopedQuerySet):
    owner_lookups = ("volunteer__user", "entered_by")

    def entered(self) -> Self:
        return self.filter(status=PaidWork.Status.ENTERED)


class PaidWork(Lifecycle):
    """有偿服务时段: from when to when a volunteer worked for a team under a paid agreement.

    The same minutes are never both: the database refuses paid work where the person served as a volunteer, and
    service where they were paid, whichever was entered first. `region` is where the team works.
    """

    class Status(models.TextChoices):
        ENTERED = "entered", _("entered")
        WITHDRAWN = "withdrawn", _("taken back")

    MOVES = {Status.ENTERED: {Status.WITHDRAWN}}
    NEED_REASON = {Status.WITHDRAWN}

    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="paid_work", verbose_name=_("volunteer"))
    started_at = models.DateTimeField(_("starts at"))
    ended_at = models.DateTimeField(_("ends at"))
    agreement = models.CharField(
        _("agreement"), max_length=120, help_text=_("Number of the agreement that pays for it, and the team.")
    )
    entered_by = models.ForeignKey(
        "communities.User", models.PROTECT, editable=False, related_name="+", verbose_name=_("by whom")
    )

    objects = PaidWorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("paid work")
        verbose_name_plural = _("paid work")
        indexes = [models.Index(fields=["volunteer", "started_at"], name="paid_work_of_a_volunteer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__gt=F("started_at")),
                name="paid_work_ends_after_it_starts",
                violation_error_message=_("The end is after the beginning."),
            ),
            models.UniqueConstraint(
                fields=["volunteer", "started_at", "ended_at"],
                condition=Q(status="entered"),
                name="paid_work_is_entered_once",
                violation_error_message=_("This is already entered."),
            ),
        ]

    def __str__(self) -> str:
        first, last = (localtime(moment) for moment in (self.started_at, self.ended_at))
        return f"{first:%Y-%m-%d %H:%M}–{last:%H:%M} · {self.agreement}"

    def get_absolute_url(self) -> str:
        return "/volunteer/hours/"

    def audience(self, _change: Any) -> list[User]:
        """The person hears of it, and can object where it is wrong."""
        return [self.volunteer.user]
