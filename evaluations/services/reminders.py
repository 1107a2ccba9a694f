"""催办: who is reminded of score sheets that are missing."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.timezone import localdate, localtime

from communities.models import User
from communities.services import sweeps
from communities.services.notices import tell
from evaluations.models import EvaluationRound, ScoreSheet
from evaluations.models.rounds import street_staff_of

DAYS_BEFORE = (7, 3, 1)
# A round that closed longer ago than this is no news.
NEWS = timedelta(days=60)


def remind_members(*, at: datetime) -> None:
    """Remind whoever has sheets missing, 7, 3 and 1 days before the round closes, of each step once."""
    under_way = EvaluationRound.objects.open().filter(closes_at__gt=at).select_related("region")
    sweeps.each(under_way, lambda round_: _remind_members_of(round_, at=at))


def _remind_members_of(round_: EvaluationRound, *, at: datetime) -> None:
    left = (localdate(round_.closes_at) - localdate(at)).days
    step = min((days for days in DAYS_BEFORE if left <= days), default=None)
    if step is not None:
        counts = missing_by_user(round_, at=at)
        members = User.objects.filter(pk__in=counts)
        sweeps.each(members, lambda user: _remind(user, round_, step=step, count=counts[user.pk], at=at))


def _remind(user: User, round_: EvaluationRound, *, step: int, count: int, at: datetime) -> None:
    tell(
        [user],
        kind="sheets_missing",
        params={"title": round_.title, "day": _day(round_), "count": count},
        url=reverse("evaluations:sheets"),
        region=round_.region,
        key=f"sheets_missing:{round_.pk}:{_day(round_)}:{step}",
        at=at,
    )


def remind_streets(*, at: datetime) -> None:
    """Tell the street, once, that a round's time is over and sheets are missing."""
    under_way = [EvaluationRound.Status.OPEN, EvaluationRound.Status.CLOSED]
    over = EvaluationRound.objects.filter(status__in=under_way, closes_at__lte=at, closes_at__gt=at - NEWS)
    sweeps.each(over.select_related("region"), lambda round_: _remind_street_of(round_, at=at))


def _remind_street_of(round_: EvaluationRound, *, at: datetime) -> None:
    count = sum(missing_by_user(round_, at=at).values())
    if count:
        tell(
            street_staff_of(round_),
            kind="round_overdue",
            params={"title": round_.title, "day": _day(round_), "count": count},
            url=reverse("admin:evaluations_evaluationround_change", args=[round_.pk]),
            region=round_.region,
            key=f"round_overdue:{round_.pk}:{_day(round_)}",
            at=at,
        )


def missing_by_user(round_: EvaluationRound, *, at: datetime) -> Counter[int]:
    """How many sheets of a round each person has not handed in."""
    missing = ScoreSheet.objects.filter(rating__round=round_).missing(on=localdate(at))
    return Counter(missing.order_by().values_list("member__user_id", flat=True))


def _day(round_: EvaluationRound) -> str:
    return f"{localtime(round_.closes_at):%Y-%m-%d}"
