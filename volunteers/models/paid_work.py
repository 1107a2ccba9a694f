"""有偿服务: minutes that a team's agreement pays for, and that are therefore no volunteering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet

if TYPE_CHECKING:
    from communities.models import User


class PaidWorkQuerySet(ScopedQuerySet):
    owner_lookups = ("volunteer__user", "entered_by")

    def standing(self) -> Self:
        """What was not taken back, objected to or not."""
        return self.exclude(status=PaidWork.Status.WITHDRAWN)

    def objected(self) -> Self:
        """What staff have to decide on."""
        return self.filter(status=PaidWork.Status.OBJECTED)


class PaidWork(Lifecycle):
    """有偿服务时段: from when to when a volunteer worked for a team under a paid agreement.

    The same minutes are never both: the database refuses paid work where the person served as a volunteer, and
    service where they were paid, whichever was entered first. `region` is where the team works. What a team's contact
    entered the person may object to: then it does not count, and is in nobody's way, until staff have decided.
    """

    class Status(models.TextChoices):
        ENTERED = "entered", _("entered")
        OBJECTED = "objected", _("objected to, to be decided")
        CONFIRMED = "confirmed", _("kept after an objection")
        WITHDRAWN = "withdrawn", _("taken back")

    MOVES = {
        Status.ENTERED: {Status.OBJECTED, Status.WITHDRAWN},
        Status.OBJECTED: {Status.CONFIRMED, Status.WITHDRAWN},
        Status.CONFIRMED: {Status.WITHDRAWN},
    }
    NEED_REASON = {Status.OBJECTED, Status.CONFIRMED, Status.WITHDRAWN}

    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="paid_work", verbose_name=_("volunteer"))
    started_at = models.DateTimeField(_("starts at"))
    ended_at = models.DateTimeField(_("ends at"))
    agreement = models.CharField(
        _("agreement"), max_length=120, help_text=_("Number of the agreement that pays for it, and the team.")
    )
    entered_by = models.ForeignKey(
        "communities.User", models.PROTECT, editable=False, related_name="+", verbose_name=_("by whom")
    )

    by_team = models.BooleanField(_("entered by the team"), default=False, editable=False)

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
                condition=Q(status__in=["entered", "objected", "confirmed"]),
                name="paid_work_is_entered_once",
                violation_error_message=_("This is already entered."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["objected", "confirmed"]) | Q(by_team=True),
                name="a_teams_entry_is_objected_to",
                violation_error_message=_("The community entered this; ask it to take it back."),
            ),
        ]

    def __str__(self) -> str:
        first, last = (localtime(moment) for moment in (self.started_at, self.ended_at))
        return f"{first:%Y-%m-%d %H:%M}–{last:%H:%M} · {self.agreement}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:paid-work-entry", args=[self.pk])

    def audience(self, change: Any) -> list[User]:
        """The person hears of all that others do; a team's contact of an objection, and of what became of the entry."""
        person = [] if change.new == self.Status.OBJECTED else [self.volunteer.user]
        contact = [self.entered_by] if self.by_team and change.new != self.Status.ENTERED else []
        return person + contact
