"""公示: what is shown to all residents before an agreement, and what they object."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.encryption import mask_name
from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User

from .people import contacts_of, staff_of
from .projects import Project


class PublicNoticeQuerySet(ScopedQuerySet):
    owner_lookups = ("project__team__contacts__user",)

    def public(self) -> Self:
        return self.all()

    def running(self) -> Self:
        return self.filter(status=PublicNotice.Status.RUNNING)

    def over(self, on: date) -> Self:
        """Running ones whose last day has passed."""
        return self.running().filter(ends_on__lt=on)

    def clear(self) -> Self:
        """Finished ones without an open objection: they open the way to an agreement."""
        opposed = Objection.objects.open().values("notice")
        return self.filter(status=PublicNotice.Status.FINISHED).exclude(pk__in=opposed)


class PublicNotice(Lifecycle):
    """公示: a shortlisted project shown to all residents for a number of working days; anyone may object."""

    class Status(models.TextChoices):
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        STOPPED = "stopped", _("stopped")

    MOVES = {
        Status.RUNNING: {Status.FINISHED, Status.STOPPED},
        # An objection of the last day may be upheld after the notice has ended.
        Status.FINISHED: {Status.STOPPED},
    }
    NEED_REASON = {Status.STOPPED}

    project = models.ForeignKey(Project, models.PROTECT, related_name="notices", verbose_name=_("project"))
    working_days = models.PositiveSmallIntegerField(_("working days"), default=5)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = PublicNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(status="running"),
                name="one_running_notice_per_project",
                violation_error_message=_("This project is already in public notice."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="notice_ends_after_it_starts",
                violation_error_message=_("A notice ends after it has begun."),
            ),
            models.CheckConstraint(
                condition=Q(working_days__gte=1, working_days__lte=60),
                name="notice_lasts_some_days",
                violation_error_message=_("A notice lasts from 1 to 60 working days."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.project)

    def get_absolute_url(self) -> str:
        return reverse("projects:notice", args=[self.pk])

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The team's contacts."""
        return contacts_of(self.project.team)


class ObjectionQuerySet(ScopedQuerySet):
    owner_lookups = ("author",)

    def public(self) -> Self:
        """Those that have been answered; what is still being looked into is only counted."""
        return self.exclude(status=Objection.Status.OPEN)

    def open(self) -> Self:
        return self.filter(status=Objection.Status.OPEN)


class Objection(Lifecycle):
    """异议: what somebody has against a project in public notice, and the community's answer."""

    class Status(models.TextChoices):
        OPEN = "open", _("to be answered")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("dismissed")

    MOVES = {Status.OPEN: {Status.UPHELD, Status.DISMISSED}}
    NEED_REASON = {Status.UPHELD, Status.DISMISSED}
    PERSONAL = ("author",)

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections", verbose_name=_("public notice"))
    author = models.ForeignKey(User, models.PROTECT, related_name="objections", verbose_name=_("who objects"))
    is_anonymous = models.BooleanField(
        _("do not show my name"), default=False, help_text=_("Only the staff who answer will see who you are.")
    )
    text = models.TextField(_("objection"), max_length=2000)
    files = models.ManyToManyField("communities.Upload", blank=True, related_name="objections", verbose_name=_("files"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "author"],
                condition=Q(status="open"),
                name="one_open_objection_each",
                violation_error_message=_("Your objection is already being looked into."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice} #{self.pk}"

    def author_for(self, viewer: User | AnonymousUser) -> str:
        """Who objects, as this person may see it: in full for oneself, else masked; hidden, when that was asked for,
        from all but those who answer (who see the whole name by a reveal, on record)."""
        if viewer == self.author:
            return self.author.name
        codes = viewer.codes_granting("projects.reveal_objection") if isinstance(viewer, User) else []
        answers = any(self.region.code.startswith(code) for code in codes)
        return gettext("anonymous") if self.is_anonymous and not answers else mask_name(self.author.name)

    def hides_actor(self, change: StatusChange) -> bool:
        """Whether the record keeps the name of this step's author to itself."""
        return self.is_anonymous and change.actor_id == self.author_id

    def get_absolute_url(self) -> str:
        return reverse("projects:notice", args=[self.notice_id])

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The staff of a new objection, its author of the answer."""
        return staff_of(self.region) if change.new == self.Status.OPEN else [self.author]
