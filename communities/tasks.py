"""What the ground does by the clock."""

from celery import shared_task
from django.utils.timezone import now

from communities.services import outbox


@shared_task
def send_outbox() -> None:
    """Every ten seconds: tell people what happened. Safe to run twice."""
    outbox.fan_out(at=now())
    outbox.send_due(at=now())
