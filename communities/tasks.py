"""What the ground does by the clock."""

from celery import shared_task
from django.core.management import call_command
from django.utils.timezone import now

from communities.models import RollImport, User
from communities.services import devices, failures, kept_answers, orphans, outbox, phone_codes, sheet_imports, sweeps


@shared_task
def send_outbox() -> None:
    """Every ten seconds: tell people what happened. Safe to run twice."""
    outbox.fan_out(at=now())
    outbox.send_due(at=now())


@shared_task
def expire_rolls() -> None:
    """Every hour: forget the personal data of uploads that nobody confirmed."""
    sheet_imports.expire(RollImport, at=now(), by=User.objects.system())


@shared_task
def forget_sign_ins() -> None:
    """Every hour: delete codes, failure counts, devices, kept answers and sessions that count for nothing any more."""
    services = (phone_codes, failures, devices, kept_answers)
    sweeps.each(services, lambda service: service.forget(at=now()))
    call_command("clearsessions")


@shared_task
def remove_orphans() -> None:
    """Every day: delete files of which the rows came to nothing."""
    orphans.remove(at=now())
