"""What happens to volunteers' things by the clock. Every task is safe to run twice and catches up after downtime."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils.timezone import localdate, now

from communities.models import User
from communities.services import sheet_imports
from volunteers.models import FormerImport
from volunteers.services import (
    activities,
    audits,
    device_marks,
    expiries,
    oddities,
    record_reminders,
    redemptions,
    repetitions,
    reservations,
    stars,
)

logger = logging.getLogger(__name__)


@shared_task
def end_activities() -> None:
    """Every ten minutes: end what is over; forgotten check-outs wait for the leader."""
    activities.end_due(at=now(), by=User.objects.system())


@shared_task
def remind_of_hours() -> None:
    """Every hour: remind leaders of hours that must be recorded soon, or should have been."""
    record_reminders.remind(at=now())


@shared_task
def find_oddities() -> None:
    """Every night: list odd patterns for staff to look at; forget the device markers that none needs any more."""
    oddities.find_all(at=now(), by=User.objects.system())
    device_marks.forget(at=now())


@shared_task
def make_repeated_activities() -> None:
    """Every hour: make what comes by rule within four weeks and is not there yet."""
    repetitions.make_due(at=now(), by=User.objects.system())


@shared_task
def lapse_vouchers() -> None:
    """Every hour: vouchers past their last day give points and pieces back."""
    redemptions.lapse_overdue(on=localdate(), by=User.objects.system())


@shared_task
def lapse_reservations() -> None:
    """Every ten minutes: pieces held past their time are free again."""
    reservations.lapse_overdue(at=now(), by=User.objects.system())


@shared_task
def expire_points() -> None:
    """Every hour: tell whose points expire soon; take those whose last day is past."""
    expiries.warn(on=localdate())
    expiries.expire_due(on=localdate(), by=User.objects.system())


@shared_task
def award_stars() -> None:
    """Once a day: stars follow the confirmed hours."""
    stars.award_due(on=localdate(), by=User.objects.system())


@shared_task
def expire_former_imports() -> None:
    """Every hour: forget spreadsheets of former records that nobody confirmed within a day."""
    sheet_imports.expire(FormerImport, at=now(), by=User.objects.system())


@shared_task
def check_ledger() -> None:
    """Every night: prove the ledger; each fault is an error in the log."""
    for fault in audits.find_faults():
        logger.error("ledger: %s", fault)
