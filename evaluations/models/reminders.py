"""催办: every reminder of missing score sheets is a row of its own, and what keeps reminders back."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet
from communities.models.refusals import TRIGGER_REFUSALS

TRIGGER_REFUSALS["reminder_is_settled"] = _("What became of a reminder is not changed any more.")
TRIGGER_REFUSALS["held_for_a_stranger"] = _("This member does not sit on the committee of this round.")


class ReminderQuerySet(ScopedQuerySet):
    region_lookup = "round__region"

    def planned(self) -> Self:
        return self.filter(status=Reminder.Status.PLANNED)

    def due(self, on: date) -> Self:
        """Planned ones whose day has come."""
        return self.planned().filter(day__lte=on)

    def with_hold(self) -> Self:
        """Each with whether it is held back, by a hold on its member or on the whole round."""
        holds = ReminderHold.objects.standing().filter(round=OuterRef("round"))
        return self.annotate(is_held=Exists(holds.filter(Q(member=None) | Q(member=OuterRef("member")))))


class Reminder(models.Model):
    """催办: on this day this member is reminded of the sheets of this round that are missing, once."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        SENT = "sent", _("sent")
        DONE = "done", _("no longer needed")
        HELD = "held", _("held back")
        MISSED = "missed", _("overtaken by a later one")

    round = models.ForeignKey(
        "evaluations.EvaluationRound", models.PROTECT, related_name="reminders", verbose_name=_("evaluation round")
    )
    member = models.ForeignKey(
        "evaluations.CommitteeMember", models.PROTECT, related_name="reminders", verbose_name=_("committee member")
    )
    day = models.DateField(_("planned for"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PLANNED, editable=False)
    missing = models.PositiveSmallIntegerField(_("sheets missing then"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "member", "day"],
                name="reminded_once_a_day",
                violation_error_message=_("This member is already reminded of this round on this day."),
            ),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False, missing__gt=0)
                | (~Q(status="sent") & Q(sent_at=None, missing=None)),
                name="sent_reminder_says_when",
                violation_error_message=_("A reminder that was sent says when, and of how many sheets."),
            ),
        ]
        indexes = [models.Index(fields=["day"], condition=Q(status="planned"), name="planned_reminders")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} · {self.member}"


class ReminderHoldQuerySet(ScopedQuerySet):
    def standing(self) -> Self:
        return self.filter(status=ReminderHold.Status.STANDING)


class ReminderHold(Lifecycle):
    """暂停催办: no reminders of a round, to one member or to all, until released."""

    class Status(models.TextChoices):
        STANDING = "standing", _("standing")
        RELEASED = "released", _("released")

    MOVES = {Status.STANDING: {Status.RELEASED}}

    round = models.ForeignKey(
        "evaluations.EvaluationRound", models.PROTECT, related_name="holds", verbose_name=_("evaluation round")
    )
    member = models.ForeignKey(
        "evaluations.CommitteeMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="holds",
        verbose_name=_("committee member"),
        help_text=_("Empty: nobody is reminded of this round."),
    )
    reason = models.TextField(_("reason"), max_length=1000)

    objects = ReminderHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold on reminders")
        verbose_name_plural = _("holds on reminders")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(status="standing", member=None),
                name="one_standing_hold_a_round",
                violation_error_message=_("The reminders of this round are already held back."),
            ),
            models.UniqueConstraint(
                fields=["round", "member"],
                condition=Q(status="standing"),
                name="one_standing_hold_a_member",
                violation_error_message=_("This member's reminders are already held back."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="hold_says_why",
                violation_error_message=_("Please give a reason."),
            ),
        ]

    def __str__(self) -> str:
        who = self.member or _("everybody")
        return f"{self.round} · {who}"
