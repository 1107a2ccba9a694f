"""What the teams' part does by the clock."""

from celery import shared_task
from django.utils.timezone import localdate

from communities.models import User
from teams.services import calls


@shared_task
def close_due_calls() -> None:
    """Close calls whose last day is over, also those of days when nothing ran. Safe to run twice."""
    calls.close_due(on=localdate(), by=User.objects.system())
