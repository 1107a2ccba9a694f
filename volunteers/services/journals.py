"""积分账: points move by journals alone, each whole, each once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, When
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from volunteers.models import Account, Journal, PointEntry

from . import accounts, lots

Legs = Mapping[Account, int]
LotsOf = Mapping[Account, lots.Days]


@transaction.atomic
def post(
    legs: Legs, *, key: str, by: User, at: datetime | None = None, days: LotsOf | None = None, **fields: Any
) -> Journal:
    """Move points between accounts: amounts that sum to zero, nobody below zero.

    The same key with the same content gives the first journal again; with other content it is refused
    (`key_reused`). `days` says which points have which last day, `fields` are the journal's kind, region, reason,
    source and reverses.
    """
    journal = Journal(key=key, fingerprint=_fingerprint(legs, fields), actor=by, at=at or now(), **fields)
    if known := Journal.objects.filter(key=key).first():
        return _same(known, journal)
    try:
        with transaction.atomic():
            return _write(journal, legs, days or {})
    except (IntegrityError, Refused):
        # Somebody may have posted the same key while we waited for the account.
        if known := Journal.objects.filter(key=key).first():
            return _same(known, journal)
        raise


@transaction.atomic
def reverse(journal: Journal, *, reason: str, by: User, reason_en: str = "", at: datetime | None = None) -> Journal:
    """Take a journal back by its mirror image, with a reason; once, and not a reversal itself.

    What expired meanwhile of the points that are taken back comes out of the expired ones, not out of others.
    """
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if journal.kind == Journal.Kind.REVERSAL:
        raise Refused(_("A reversal is not reversed; post it anew."), code="is_reversal")
    entries = list(journal.entries.select_related("account"))
    # In the order of their keys, as every posting takes them.
    list(Account.objects.people().select_for_update(of=("self",)).filter(entries__journal=journal).order_by("pk"))
    if not Journal.objects.filter(reverses=journal).exists():
        for entry in entries:
            _bring_back_expired(entry, by=by, at=at)
    days = {entry.account: {day: -points for day, points in lots.moved_by(entry).items()} for entry in entries}
    return post(
        {entry.account: -entry.amount for entry in entries},
        days=days,
        kind=Journal.Kind.REVERSAL,
        region=journal.region,
        reason=reason.strip(),
        reason_en=reason_en,
        source=journal.source,
        key=f"reverse:{journal.pk}",
        reverses=journal,
        by=by,
        at=at,
    )


def _bring_back_expired(entry: PointEntry, *, by: User, at: datetime | None) -> None:
    """Wrong points that have expired are posted back first: whoever lost them once does not lose them twice."""
    account = entry.account
    for day, points in lots.moved_by(entry).items() if entry.amount > 0 else ():
        gone, region = lots.expired_of(account, day, at_most=points)
        if gone and region:
            post(
                {accounts.expiry_of(region): -gone, account: gone},
                days={account: {day: gone}},
                kind=Journal.Kind.EXPIRE,
                region=region,
                reason="到期积分更正",
                reason_en="expired points set right",
                source=f"journal {entry.journal_id}",
                key=f"unexpire:{entry.journal_id}:{account.pk}:{day}",
                by=by,
                at=at,
            )


def _write(journal: Journal, legs: Legs, days: LotsOf) -> Journal:
    # Accounts in the order of their keys, so that two journals never wait for each other.
    ordered = sorted(legs.items(), key=lambda leg: leg[0].pk)
    entries = [_entry(journal, account, amount, days.get(account, {})) for account, amount in ordered]
    for entry in PointEntry.objects.bulk_create(entries):
        lots.book(entry, entry.account, days.get(entry.account, {}))
    journal.save(force_insert=True)
    return journal


def _entry(journal: Journal, account: Account, amount: int, days: lots.Days) -> PointEntry:
    entry = PointEntry(journal=journal, account=account, amount=amount)
    if account.kind == Account.Kind.PERSON:
        _move(account, amount, sum(days.values()))
        entry.sequence, entry.balance_after = account.sequence, account.balance
    return entry


def _move(account: Account, amount: int, in_lots: int) -> None:
    """One conditional update: whoever comes second finds what the first left."""
    changes: dict[str, Any] = {"balance": F("balance") + amount, "sequence": F("sequence") + 1}
    if amount < 0:
        some_left = When(expiring__gt=-amount, then=F("expiring") + amount)
        changes["expiring"] = Case(some_left, When(expiring__isnull=False, then=0))
    elif in_lots:
        changes["expiring"] = Coalesce(F("expiring"), 0) + in_lots
    rows = Account.objects.filter(pk=account.pk, balance__gte=-amount)
    if not rows.update(**changes):
        raise Refused(_("There are not enough points."), code="balance_never_negative")
    account.refresh_from_db(fields=["balance", "sequence", "expiring"])


def _fingerprint(legs: Legs, fields: Mapping[str, Any]) -> str:
    amounts = sorted((account.pk, amount) for account, amount in legs.items())
    reverses = fields.get("reverses")
    content = [fields["kind"], fields["source"], str(reverses.pk) if reverses else "", amounts]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _same(known: Journal, wanted: Journal) -> Journal:
    if known.fingerprint != wanted.fingerprint:
        raise Refused(_("This key was already used for another request."), code="key_reused")
    return known
