"""设备标记: a device at one activity, known again there and nowhere else."""

from __future__ import annotations

from datetime import datetime

from django.utils.crypto import salted_hmac

from volunteers.models import Attendance, DeviceMark

SALT = "device marks"


def note(attendance: Attendance, *, device: str, is_leaving: bool, at: datetime) -> None:
    """Keep by which device (the random number in its cookie) somebody came or went; without one, nothing."""
    if device:
        marker = salted_hmac(SALT, f"{attendance.activity_id} {device}", algorithm="sha256").hexdigest()[:16]
        DeviceMark.objects.get_or_create(
            attendance=attendance, is_leaving=is_leaving, defaults={"marker": marker, "at": at}
        )


def forget(*, at: datetime) -> int:
    """Delete the markers that no pattern needs any more; how many."""
    return DeviceMark.objects.outdated(at=at).delete()[0]
