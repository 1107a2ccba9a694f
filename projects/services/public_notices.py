"""公示: shortlisted projects are shown to all residents for a number of working days."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.timezone import localdate

from communities.calendar import add_working_days
from communities.models import User
from communities.services import sweeps
from projects.models import Project, PublicNotice


@transaction.atomic
def publish(project: Project, *, by: User, working_days: int = 5, on: date | None = None) -> PublicNotice:
    """Show a shortlisted project to all residents for so many working days.

    The day of posting does not count (Civil Code, article 201); the notice ends when its last day is over.
    """
    on = on or localdate()
    project.move(Project.Status.NOTICED, by=by)
    notice = PublicNotice(project=project, region=project.region, working_days=working_days, starts_on=on)
    notice.ends_on = add_working_days(on, working_days)
    notice.begin(by=by)
    return notice


@transaction.atomic
def stop(notice: PublicNotice, *, by: User, reason: str) -> None:
    """Take a notice down because something in it was wrong; the project can be noticed again."""
    notice.move(PublicNotice.Status.STOPPED, by=by, reason=reason)
    notice.project.move(Project.Status.SHORTLISTED, by=by, reason=reason)


def finish_due(*, by: User, on: date | None = None) -> int:
    """End every notice whose last day is over; returns how many."""
    due = PublicNotice.objects.over(on or localdate()).select_related("region", "project")
    return sum(sweeps.each(due, lambda notice: _finish(notice, by=by)))


def _finish(notice: PublicNotice, *, by: User) -> bool:
    """End one notice, unless somebody stopped or ended it meanwhile."""
    if not PublicNotice.objects.select_for_update().running().filter(pk=notice.pk).exists():
        return False
    notice.move(PublicNotice.Status.FINISHED, by=by)
    return True
