"""设备标记: which check-ins of one activity came from the same device, and nothing else about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

# As long as odd patterns are looked for; after that the marks go.
KEPT_FOR = timedelta(days=90)


class DeviceMarkQuerySet(models.QuerySet["DeviceMark"]):
    def outdated(self, *, at: datetime) -> Self:
        return self.filter(at__lt=at - KEPT_FOR)


class DeviceMark(models.Model):
    """设备标记: the device by which somebody checked in or out by code.

    The marker is a keyed hash of the activity and of a random number in the browser's cookie: two activities give two
    markers of one device, so that nobody can be followed from one to another; it goes after 90 days.
    """

    attendance = models.ForeignKey("Attendance", models.CASCADE, related_name="device_marks")
    is_leaving = models.BooleanField(_("check-out"))
    marker = models.CharField(_("device marker"), max_length=16)
    at = models.DateTimeField(_("at"), db_index=True)

    objects = DeviceMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("device marker")
        verbose_name_plural = _("device markers")
        constraints = [
            models.UniqueConstraint(
                fields=["attendance", "is_leaving"],
                name="one_device_each_way",
                violation_error_message=_("This was already sent."),
            )
        ]

    def __str__(self) -> str:
        return self.marker
