"""项目路演会: the evening on which teams present their projects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS

if TYPE_CHECKING:
    from .polls import Poll

TRIGGER_REFUSALS["order_fixed"] = _("The projects and their order are fixed once the poll has opened.")
MINUTES = [MinValueValidator(1), MaxValueValidator(60)]


class RoadshowQuerySet(ScopedQuerySet):
    def public(self) -> Self:
        return self.exclude(status=Roadshow.Status.DRAFT)

    def upcoming(self) -> Self:
        return self.filter(status=Roadshow.Status.ANNOUNCED).order_by("starts_at")


class Roadshow(Lifecycle):
    """项目路演会: a community's meeting at which teams present their projects before the vote."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ANNOUNCED = "announced", _("announced")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    MOVES = {
        Status.DRAFT: {Status.ANNOUNCED, Status.CANCELLED},
        Status.ANNOUNCED: {Status.HELD, Status.CANCELLED},
    }
    NEED_REASON = {Status.CANCELLED}
    EVENTS = {"changed": _("changed"), "order_drawn": _("order drawn by lot")}

    title = models.CharField(_("title"), max_length=100)
    place = models.CharField(_("place"), max_length=200)
    starts_at = models.DateTimeField(_("starts at"))
    minutes_to_speak = models.PositiveSmallIntegerField(_("minutes to present"), default=5, validators=MINUTES)
    minutes_to_answer = models.PositiveSmallIntegerField(_("minutes for questions"), default=5, validators=MINUTES)

    objects = RoadshowQuerySet.as_manager()

    class Meta:
        verbose_name = _("roadshow")
        verbose_name_plural = _("roadshows")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes_to_speak__range=(1, 60), minutes_to_answer__range=(1, 60)),
                name="roadshow_minutes",
                violation_error_message=_("Presenting and answering take between 1 and 60 minutes each."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("projects:roadshow", args=[self.pk])

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The presenting teams' contacts are told when it is announced or called off."""
        if change.new not in {self.Status.ANNOUNCED, self.Status.CANCELLED}:
            return ()
        return self.presenters()

    def presenters(self) -> models.QuerySet[User]:
        """Those who speak for the teams on the programme."""
        return User.objects.filter(team_contacts__team__projects__roadshow_entries__roadshow=self).distinct()

    def running_poll(self) -> Poll | None:
        """Its poll, unless that was called off."""
        return self.polls.valid().first()

    @property
    def minutes_each(self) -> int:
        return self.minutes_to_speak + self.minutes_to_answer


class RoadshowEntryQuerySet(ScopedQuerySet):
    region_lookup = "roadshow__region"
    owner_lookups = ("project__team__contacts__user",)

    def public(self) -> Self:
        return self.exclude(roadshow__status=Roadshow.Status.DRAFT)


class RoadshowEntry(models.Model):
    """路演项目: a project's place in the order of presentation; fixed when the poll opens (trigger)."""

    roadshow = models.ForeignKey(Roadshow, models.PROTECT, related_name="entries", verbose_name=_("roadshow"))
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="roadshow_entries", verbose_name=_("project")
    )
    order = models.PositiveSmallIntegerField(_("order"))

    objects = RoadshowEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("presentation")
        verbose_name_plural = _("order of presentation")
        ordering = ["roadshow", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["roadshow", "order"],
                name="one_project_per_place_in_order",
                violation_error_message=_("Two projects have the same place in the order."),
            ),
            models.UniqueConstraint(
                fields=["roadshow", "project"],
                name="one_entry_per_project",
                violation_error_message=_("This project is already presented there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.project}"
