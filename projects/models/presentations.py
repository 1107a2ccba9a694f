"""展示进程: who presents at a roadshow, in which phase, and since when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from .roadshows import Roadshow, RoadshowEntryQuerySet


class Presentation(models.Model):
    """展示进程: from this moment on this project is presented or asked about, or nobody is; never changed (trigger).

    The last row of a roadshow is what happens there now; all of them together are what the minutes tell.
    """

    class Phase(models.TextChoices):
        SPEAKING = "speaking", _("presents")
        QUESTIONS = "questions", _("answers questions")
        OVER = "over", _("nobody presents")

    roadshow = models.ForeignKey(Roadshow, models.PROTECT, related_name="presentations", verbose_name=_("roadshow"))
    project = models.ForeignKey(
        "projects.Project",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="presentations",
        verbose_name=_("project"),
    )
    phase = models.CharField(_("phase"), max_length=9, choices=Phase)
    started_at = models.DateTimeField(_("started at"), default=now)
    by = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = RoadshowEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("what is presented")
        verbose_name_plural = _("what was presented")
        ordering = ["roadshow", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(phase="over", project=None) | (~Q(phase="over") & Q(project__isnull=False)),
                name="presentation_is_of_a_project",
                violation_error_message=_("Please say which project is presented."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.project or ''} {self.get_phase_display()}".strip()

    @property
    def minutes(self) -> int:
        """How long this phase may last."""
        lengths = {
            self.Phase.SPEAKING: self.roadshow.minutes_to_speak,
            self.Phase.QUESTIONS: self.roadshow.minutes_to_answer,
        }
        return lengths.get(self.Phase(self.phase), 0)

    @property
    def ends_at(self) -> datetime:
        """When its time is up."""
        return self.started_at + timedelta(minutes=self.minutes)
