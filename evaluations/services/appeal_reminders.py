"""申诉催办: the street and those who look into an appeal are reminded before its decision is late, and daily after."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse
from django.utils.timezone import localdate

from communities.models import User
from communities.services import sweeps
from communities.services.notices import tell
from evaluations import reminding
from evaluations.models import Appeal, Reviewer
from evaluations.models.rounds import street_staff_of

DAYS_BEFORE = (3, 1)


def remind(*, at: datetime) -> None:
    """By day, remind of each appeal that is due in three days, in one, or late."""
    today = localdate(at)
    if reminding.is_day(at):
        due = Appeal.objects.due_within(max(DAYS_BEFORE), today)
        sweeps.each(due.select_related("rating__round", "region"), lambda appeal: _remind(appeal, today=today, at=at))


def _remind(appeal: Appeal, *, today: date, at: datetime) -> None:
    step = _step(appeal, today)
    kind = "appeal_late" if appeal.due_on < today else "appeal_due"
    params = {"title": str(appeal), "day": str(appeal.due_on)}
    street = reverse("admin:evaluations_appeal_change", args=[appeal.pk])
    told = [(street_staff_of(appeal.rating.round), street)]
    waiting = appeal.reviewers.sitting().filter(status=Reviewer.Status.NAMED).select_related("member__user")
    told += [(User.objects.filter(pk=each.member.user_id), each.get_absolute_url()) for each in waiting]
    for people, url in told:
        key = f"appeal:{appeal.pk}:{appeal.due_on}:{step}"
        tell(people, kind=kind, params=params, url=url, region=appeal.region, key=key, at=at)


def _step(appeal: Appeal, today: date) -> str:
    """Three days before and one day before are told once each, each day after that once."""
    left = (appeal.due_on - today).days
    return str(today) if left < 1 else str(min(days for days in DAYS_BEFORE if left <= days))
