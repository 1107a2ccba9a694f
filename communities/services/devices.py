"""登录设备: where a person is signed in, and how that ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.db import transaction

from communities.models import SignedInDevice, User

from .audit import Kind, write


def _delete_session(key: str) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore(key).delete(key)


@transaction.atomic
def end(device: SignedInDevice, *, by: User) -> None:
    """Sign a device out; whoever holds it must sign in again."""
    _delete_session(device.session_key)
    if SignedInDevice.objects.filter(pk=device.pk).delete()[0]:
        write(Kind.SESSION_ENDED, by=by, subject=device.user, device=str(device.label))


@transaction.atomic
def end_all(user: User, *, by: User, but: str = "") -> None:
    """Sign a person out everywhere, except where the session with this key is."""
    for device in user.devices.exclude(session_key=but):
        end(device, by=by)


def forget(*, at: datetime) -> int:
    """Delete the devices whose sessions have run out."""
    longest = max(absolute for _idle, absolute in settings.SESSION_LIMITS.values())
    return SignedInDevice.objects.filter(started_at__lt=at - timedelta(seconds=longest)).delete()[0]
