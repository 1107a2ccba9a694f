"""考评周期: the next round comes by itself."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Region, User
from communities.models.record import record
from communities.services import sweeps
from evaluations.models import Committee, EvaluationRound, RatingRhythm, Scheme
from evaluations.periods import add_months
from evaluations.services import rounds


@transaction.atomic
def set_(region: Region, *, months: int, next_on: date, by: User, is_active: bool = True) -> RatingRhythm:
    """Say how often a street rates, and when the next round begins."""
    values = {"months": months, "next_on": next_on, "is_active": is_active}
    rhythm, is_new = RatingRhythm.objects.update_or_create(region=region, defaults=values)
    record(rhythm, region=region, old="" if is_new else "set", new="set", by=by, reason=str(rhythm))
    return rhythm


def draft_due(*, on: date, by: User) -> int:
    """Draft the rounds that have come due, also those that came due while nothing ran."""
    return sum(sweeps.each(RatingRhythm.objects.due(on), lambda rhythm: draft_next(rhythm.pk, on=on, by=by)))


@transaction.atomic
def draft_next(pk: int, *, on: date, by: User) -> int:
    """Draft every period of a street that is over and has no round yet; says how many."""
    rhythm = RatingRhythm.objects.select_for_update(of=("self",)).select_related("region").get(pk=pk)
    drafted = 0
    while rhythm.is_active and rhythm.next_on <= on:
        first, last = add_months(rhythm.next_on, -rhythm.months), rhythm.next_on - timedelta(days=1)
        drafted += _draft(rhythm.region, first, last, by=by)
        rhythm.next_on = add_months(rhythm.next_on, rhythm.months)
    rhythm.save(update_fields=["next_on"])
    return drafted


def _draft(region: Region, first: date, last: date, *, by: User) -> bool:
    """One round for a period, unless the street has made it by hand."""
    same = EvaluationRound.objects.filter(region=region, starts_on=first, ends_on=last)
    if same.exclude(status=EvaluationRound.Status.CANCELLED).exists():
        return False
    rounds.draft(
        region,
        title=_("Evaluation %(first)s to %(last)s") % {"first": first, "last": last},
        starts_on=first,
        ends_on=last,
        committee=Committee.objects.active().filter(region=region).first(),
        scheme=Scheme.objects.filter(region=region).usable().order_by("-status", "-id").first(),
        by=by,
    )
    return True
