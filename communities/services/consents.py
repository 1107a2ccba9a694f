"""同意: given with its version, withdrawn as easily."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from communities.models import Consent, User

from . import devices
from .audit import Kind, write

Kinds = Consent.Kind
PRIVACY = Kinds.PRIVACY
# What else ends with a consent: an app adds `follow(user, by=…)` in AppConfig.ready.
ON_WITHDRAWAL: dict[str, list[Callable[..., None]]] = {kind: [] for kind in Kinds.values}


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
    """Take a consent back; what was done until then stays lawful, and what it carried ends.

    Without the one to the privacy policy nobody stays signed in. Taking it back again changes nothing.
    """
    if not Consent.objects.running().filter(pk=consent.pk).update(withdrawn_at=at):
        return
    write(Kind.WITHDREW, by=by, subject=consent.user, what=consent.kind, version=consent.version)
    if consent.kind == PRIVACY:
        devices.end_all(consent.user, by=by)
    for follow in ON_WITHDRAWAL[consent.kind]:
        follow(consent.user, by=by)
