"""现场打分: what a device sends of a score sheet, change by change and photo by photo, each exactly once."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet, User
from communities.models.refusals import TRIGGER_REFUSALS

from .rounds import EvaluationRound
from .schemes import POINTS
from .sheets import ScoreSheet

TRIGGER_REFUSALS["photo_does_not_fit"] = _("A photo belongs to an indicator of this round that is marked.")
TRIGGER_REFUSALS["photo_stays"] = _("A photo is taken back, never deleted or changed.")
DEGREES: dict[str, Any] = {"max_digits": 8, "decimal_places": 5}


class MarkChange(models.Model):
    """打分记录: one change of a mark as a device sent it.

    The device makes up its key, so that a change happens once however often it is sent. Of the clock on the device
    nothing depends: `typed_at` is only shown.
    """

    sheet = models.ForeignKey(ScoreSheet, models.PROTECT, related_name="changes", verbose_name=_("score sheet"))
    indicator = models.ForeignKey("evaluations.Indicator", models.PROTECT, related_name="+")
    key = models.UUIDField(_("key of the device"))
    value = models.DecimalField(_("mark"), null=True, **POINTS)
    note = models.TextField(_("evidence or reason"), max_length=1000, blank=True)
    typed_at = models.DateTimeField(_("typed at, by the clock of the device"), null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("change of a mark")
        verbose_name_plural = _("changes of marks")
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "key"],
                name="each_change_once",
                violation_error_message=_("This change was already taken."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.value}"


class MarkPhotoQuerySet(ScopedQuerySet):
    region_lookup = "sheet__region"
    owner_lookups = ("sheet__member__user",)

    def for_user(self, user: User | AnonymousUser, perm: str) -> Self:
        """As with the marks: nobody sees the photos of others before the round is closed."""
        mine = Q(sheet__member__user=user) if user.is_authenticated else Q(pk__in=())
        shown = Q(sheet__rating__round__status__in=EvaluationRound.MARKS_ARE_SHOWN)
        return super().for_user(user, perm).filter(mine | shown)

    def kept(self) -> Self:
        """Those that were not taken back."""
        return self.filter(removed_at=None)


class MarkPhoto(models.Model):
    """佐证照片: a photo that a member took for an indicator; it has a place only if the member switched that on."""

    sheet = models.ForeignKey(ScoreSheet, models.PROTECT, related_name="photos", verbose_name=_("score sheet"))
    indicator = models.ForeignKey(
        "evaluations.Indicator", models.PROTECT, related_name="photos", verbose_name=_("indicator")
    )
    key = models.UUIDField(_("key of the device"))
    upload = models.ForeignKey(
        "communities.Upload", models.PROTECT, null=True, related_name="mark_photos", verbose_name=_("photo")
    )
    latitude = models.DecimalField(_("latitude"), null=True, blank=True, **DEGREES)
    longitude = models.DecimalField(_("longitude"), null=True, blank=True, **DEGREES)
    taken_at = models.DateTimeField(_("taken at, by the clock of the device"), null=True, blank=True)
    at = models.DateTimeField(_("at"))
    removed_at = models.DateTimeField(_("taken back at"), null=True, editable=False)

    objects = MarkPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo as evidence")
        verbose_name_plural = _("photos as evidence")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "key"],
                name="each_photo_once",
                violation_error_message=_("This photo was already taken in."),
            ),
            models.CheckConstraint(
                condition=Q(upload=None, removed_at__isnull=False) | Q(upload__isnull=False, removed_at=None),
                name="photo_is_kept_or_taken_back",
                violation_error_message=_("A photo is there until it is taken back."),
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, latitude__gte=-90, latitude__lte=90)
                & Q(longitude__isnull=False, longitude__gte=-180, longitude__lte=180),
                name="photo_place_is_on_earth",
                violation_error_message=_("A place has a latitude up to 90 and a longitude up to 180 degrees."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.upload_id}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:photo", args=[self.sheet_id, self.pk])
