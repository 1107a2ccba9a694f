"""同意: given with its version, withdrawn as easily."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from communities.models import Consent, User

from . import devices
from .audit import Kind, write

PRIVACY = Consent.Kind.PRIVACY


def is_missing(user: User, *, kind: str = PRIVACY) -> bool:
    """Whether this person has not yet agreed to the text as it is now."""
    return not user.consents.running().filter(kind=kind, version=settings.PRIVACY_VERSION).exists()


@transaction.atomic
def give(user: User, *, kind: str = PRIVACY, version: str, at: datetime, by: User) -> Consent:
    """Agree to a version of a text; agreeing again changes nothing."""
    consent, is_new = Consent.objects.get_or_create(
        user=user, kind=kind, version=version, withdrawn_at=None, defaults={"given_at": at}
    )
    if is_new:
        write(Kind.CONSENTED, by=by, subject=user, what=kind, version=version)
    return consent


@transaction.atomic
def withdraw(consent: Consent, *, at: datetime, by: User) -> None:
    """Take a consent back; what was done until then stays lawful,
    and whoever has withdrawn is signed out everywhere. Taking it back again changes nothing."""
    if Consent.objects.running().filter(pk=consent.pk).update(withdrawn_at=at):
        devices.end_all(consent.user, by=by)
        write(Kind.WITHDREW, by=by, subject=consent.user, what=consent.kind, version=consent.version)
