"""The outbox: what the record says is told to people, each thing once although a worker may die at any moment.

A delivery is claimed and committed before it is handed over, with a key that stays the same. A worker that dies in
between leaves a claimed row; when its time is over another sends it again with the same key, and whoever takes it
(the SMS gateway by its key, the mail server by its Message-ID) drops the second copy.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import translation

from communities.models import Delivery, Untold

from . import sms
from .notices import Channel, awake, tell_of

logger = logging.getLogger(__name__)
Status = Delivery.Status

BATCH = 100
# A worker that has not finished a delivery by then is taken for dead.
PATIENCE = timedelta(minutes=5)
MOST_TRIES = 8
# What cannot be told waits 2, 4, 8 … minutes, and at most 2 to this power (17 hours).
LONGEST_WAIT = 10
SUBJECT_LENGTH = 120


def fan_out(*, at: datetime) -> int:
    """Turn the record entries that nobody was told of yet into notices; how many entries there were."""
    told = 0
    for pk, tries in Untold.objects.due(at=at).values_list("pk", "tries")[:BATCH]:
        try:
            told += _fan_out_one(pk, at=at)
        except Exception as error:  # one that cannot be told must not keep the others back
            logger.exception("record entry %s cannot be told", pk)
            next_at = at + timedelta(minutes=2 ** min(tries + 1, LONGEST_WAIT))
            Untold.objects.filter(pk=pk).update(tries=tries + 1, next_at=next_at, error=type(error).__name__[:64])
    return told


@transaction.atomic
def _fan_out_one(pk: int, *, at: datetime) -> bool:
    untold = _locked(Untold.objects.filter(pk=pk)).select_related("change__region").first()
    if untold is None:
        return False
    tell_of(untold.change, at=at)
    untold.delete()
    return True


def send_due(*, at: datetime) -> int:
    """Send what is due, except at night; how many were sent."""
    if awake(at) != at:
        return 0
    return sum(_send_one(delivery, at=at) for delivery in _claim(at=at))


def _send_one(delivery: Delivery, *, at: datetime) -> bool:
    try:
        return _send(delivery, at=at)
    except Exception:  # what cannot be written down stays claimed, is tried again, and keeps no other back
        logger.exception("what became of delivery %s cannot be written down", delivery.pk)
        return False


@transaction.atomic
def _claim(*, at: datetime) -> list[Delivery]:
    rows = Delivery.objects.due(at=at).select_related("notice__user", "notice__change__content_type")
    due = list(_locked(rows.prefetch_related("notice__change__target"))[:BATCH])
    for delivery in due:
        delivery.status, delivery.due_at = Status.CLAIMED, at + PATIENCE
        delivery.tries += 1
    Delivery.objects.bulk_update(due, ["status", "due_at", "tries"])
    return due


def _send(delivery: Delivery, *, at: datetime) -> bool:
    try:
        _hand_over(delivery)
    except Exception as error:  # noqa: BLE001 (whatever a gateway throws: it is tried again, and shown in the end)
        said = _said(error)
        logger.warning("delivery %s failed: %s", delivery.pk, said)
        is_last = delivery.tries >= MOST_TRIES
        delivery.status = Status.FAILED if is_last else Status.WAITING
        delivery.due_at = awake(at + timedelta(minutes=2**delivery.tries))
        delivery.error = said[:255]
    else:
        delivery.status, delivery.sent_at, delivery.error, delivery.to = Status.SENT, at, "", ""
    with transaction.atomic():
        delivery.save(update_fields=["status", "due_at", "sent_at", "error", "to"])
    return delivery.status == Status.SENT


def _said(error: Exception) -> str:
    """What went wrong, without what a mail server says of it: that names the address."""
    kind = type(error).__name__
    if isinstance(error, SMTPException):
        return f"{kind} {getattr(error, 'smtp_code', '')}".strip()
    return f"{kind}: {error}".replace("\0", "")  # no database keeps this character


def _hand_over(delivery: Delivery) -> None:
    notice = delivery.notice
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        text, key = notice.text, str(delivery.key)
        if delivery.channel == Channel.SMS:
            sms.sender().send(key, delivery.to or notice.user.phone, text)
        else:
            link = f"{settings.SITE_URL}{notice.url}" if notice.url else ""
            headers = {"Message-ID": f"<{key}@{settings.MAIL_DOMAIN}>"}
            subject = " ".join(text.split())[:SUBJECT_LENGTH]
            EmailMessage(subject, f"{text}\n\n{link}".strip(), to=[notice.user.email], headers=headers).send()


def _locked(rows: Any) -> Any:
    """Lock these rows, leaving out what another worker holds; SQLite has one writer at a time anyway."""
    skip = connection.features.has_select_for_update_skip_locked
    return rows.select_for_update(skip_locked=skip, of=("self",) if skip else ())
