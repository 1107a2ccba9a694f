"""审计: what happens around accounts is written down, without personal data."""

from __future__ import annotations

from typing import Any

from communities.encryption import index_of
from communities.models import AuditEvent, Region, User

Kind = AuditEvent.Kind


def write(
    kind: str,
    *,
    by: User | None,
    subject: User | None = None,
    place: Region | None = None,
    reason: str = "",
    address: str = "",
    account: str = "",
    **detail: Any,
) -> AuditEvent:
    """Write down that something happened to an account; `address` and `account` are kept as fingerprints only.

    Those in charge of its place see it: where the person belongs, unless another is given.
    """
    return AuditEvent.objects.create(
        kind=kind,
        actor=by,
        subject=subject,
        region=place or (subject.home_region() if subject else None),
        reason=reason.strip(),
        detail=detail,
        address_index=index_of(address) if address else "",
        account_index=index_of(account) if account else "",
    )
