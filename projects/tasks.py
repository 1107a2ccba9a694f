"""What happens to projects by the clock. Every task may run twice and makes up for days that the worker was down."""

from celery import shared_task
from django.utils.timezone import now

from communities.models import User
from communities.services import sweeps
from projects.models import Poll
from projects.services import agreements, polls, public_notices, rolls


@shared_task
def run_due_polls() -> None:
    """Open the polls whose time has come, close those whose time is over; one that fails does not hold up the rest."""
    for poll in Poll.objects.due_to_open(at=now()):
        open_poll.delay(poll.pk)
    for poll in Poll.objects.due_to_close(at=now()):
        close_poll.delay(poll.pk)


@shared_task
def open_poll(pk: int) -> None:
    """Open a poll if its time has come and nobody has opened it yet."""
    due = Poll.objects.due_to_open(at=now()).filter(pk=pk)
    sweeps.each(due, lambda poll: polls.open_(poll, by=User.objects.system()))


@shared_task
def close_poll(pk: int) -> None:
    """Close a poll if its time is over and nobody has closed it yet."""
    due = Poll.objects.due_to_close(at=now()).filter(pk=pk)
    sweeps.each(due, lambda poll: polls.close(poll, by=User.objects.system()))


@shared_task
def remind_of_polls() -> None:
    """Tell those who have not voted that a poll closes within a day."""
    soon = Poll.objects.closing_soon(at=now())
    sweeps.each(soon, lambda poll: rolls.remind(poll, at=now(), by=User.objects.system()))


@shared_task
def end_notices() -> None:
    """End the public notices whose last day is over."""
    public_notices.finish_due(by=User.objects.system())


@shared_task
def roll_agreements() -> None:
    """Start the agreements whose first day has come, end those whose last day is over."""
    agreements.roll(by=User.objects.system())


@shared_task
def remind_of_ending_agreements() -> None:
    """Tell both sides that an agreement ends in 60 and in 30 days."""
    agreements.remind()
