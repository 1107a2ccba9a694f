"""What evaluations do by the clock. Each task is safe to run twice and catches up after downtime."""

from celery import shared_task
from django.utils.timezone import localdate, now

from communities.models import User
from evaluations.services import (
    appeal_reminders,
    committees,
    listings,
    reminders,
    rhythms,
    rounds,
    survey_answers,
    surveys,
)


@shared_task
def open_due_rounds() -> None:
    """Open the rounds that open by themselves."""
    rounds.open_due(at=now(), by=User.objects.system())


@shared_task
def close_due_rounds() -> None:
    """Close the rounds whose time is over, and tell the street where sheets are missing."""
    rounds.close_due(at=now(), by=User.objects.system())
    reminders.remind_streets(at=now())


@shared_task
def publish_due_rounds() -> None:
    """Make the grades of a round final when the time to appeal is over."""
    rounds.publish_due(at=now(), by=User.objects.system())


@shared_task
def remind_of_appeals() -> None:
    """Remind the street and the reviewers of appeals that will soon be late, or are."""
    appeal_reminders.remind(at=now())


@shared_task
def remind_of_missing_sheets() -> None:
    """Remind committee members 7, 3 and 1 days before marks are due, and daily while late ones are taken."""
    reminders.remind_members(at=now())


@shared_task
def draft_due_rounds() -> None:
    """Draft the rounds that a street's rhythm asks for."""
    rhythms.draft_due(on=localdate(), by=User.objects.system())


@shared_task
def expire_brand_listings() -> None:
    """End the brand listings whose last day has passed."""
    listings.expire_due(on=localdate(), by=User.objects.system())


@shared_task
def end_committee_terms() -> None:
    """Take the role from committee members whose term has ended."""
    committees.end_roles(on=localdate(), by=User.objects.system())


@shared_task
def close_due_surveys() -> None:
    """Close the household surveys whose time is over."""
    surveys.close_due(at=now(), by=User.objects.system())


@shared_task
def forget_survey_texts() -> None:
    """Empty what households wrote in their own words a year ago; the figures stay."""
    survey_answers.forget_texts(at=now())
