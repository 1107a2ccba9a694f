"""星级: awarded by hours as the rule of the day wants it, shown on a wall of thanks to those alone who agreed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Consent, Refused, Region, User
from communities.models.record import record
from communities.services import consents, sweeps
from volunteers.models import StarAward, StarRule, Volunteer

Status = StarAward.Status
PUBLICATION = Consent.Kind.PUBLICATION
# Fewer than these who are not named are not counted either.
LEAST_SHOWN = 5


@transaction.atomic
def add_rule(rule: StarRule, *, place: Region, by: User) -> StarRule:
    """Set what a level takes from a day on; more stars take more hours."""
    rule.full_clean()
    rule.save(force_insert=True)
    hours = list(StarRule.objects.hours_on(rule.starts_on).values())
    if hours != sorted(set(hours)):
        raise Refused(_("More stars take more hours."), code="stars_rise")
    record(rule, region=place, new="added", by=by)
    return rule


def award_due(*, on: date, by: User) -> int:
    """Give the stars that hours have reached, take back those that corrected hours no longer carry; for how many."""
    needed = StarRule.objects.hours_on(on)
    if not needed:
        return 0
    return len(sweeps.each(_due(needed), lambda volunteer: _bring_up(volunteer, needed, on=on, by=by)))


def standing_of(volunteer: Volunteer) -> int:
    """How many stars a volunteer has now."""
    return int(volunteer.stars.standing().aggregate(most=Max("level"))["most"] or 0)


def is_shown(volunteer: Volunteer) -> bool:
    """Whether the volunteer agreed to be named on the wall of thanks."""
    return bool(volunteer.user.consents.running().filter(kind=PUBLICATION).exists())


def show(volunteer: Volunteer, *, by: User) -> None:
    """The volunteer agrees to be named on walls of thanks."""
    consents.give(volunteer.user, kind=PUBLICATION, version=settings.PRIVACY_VERSION, at=now(), by=by)


def hide(volunteer: Volunteer, *, by: User) -> None:
    """The volunteer takes that back; the name is gone from the next look on."""
    for consent in volunteer.user.consents.running().filter(kind=PUBLICATION):
        consents.withdraw(consent, at=now(), by=by)


@dataclass
class Row:
    """A level on the wall: who is named, and how many are not (None where they are too few to be counted)."""

    level: int
    names: list[str] = field(default_factory=list)
    others: int | None = 0

    @property
    def stars(self) -> str:
        return "★" * self.level


def wall(region: Region) -> list[Row]:
    """The star volunteers of a place, the highest first; named are those who agreed, each once."""
    agreed = Consent.objects.running().filter(kind=PUBLICATION, user=OuterRef("user"))
    highest = Max("stars__level", filter=Q(stars__status=Status.AWARDED))
    people = Volunteer.objects.active().within(region.code).annotate(level=highest, agreed=Exists(agreed))
    rows: dict[int, Row] = {}
    for volunteer in people.filter(level__gte=1).order_by("-level", "pk"):
        row = rows.setdefault(volunteer.level, Row(volunteer.level))
        if volunteer.agreed:
            row.names.append(volunteer.name)
        else:
            row.others = (row.others or 0) + 1
    for row in rows.values():
        row.others = row.others if row.others == 0 or (row.others or 0) >= LEAST_SHOWN else None
    return list(rows.values())


def _due(needed: dict[int, int]) -> Any:
    """Volunteers whose stars are not what their hours say, in one question to the database."""
    reached = [When(served__gte=hours * 60, then=Value(level)) for level, hours in reversed(needed.items())]
    awards = StarAward.objects.standing().filter(volunteer=OuterRef("pk")).order_by().values("volunteer")
    held, taken = awards.annotate(n=Max("level")).values("n"), awards.annotate(n=Max("hours")).values("n")
    people = Volunteer.objects.active().with_figures().select_related("region", "user")
    people = people.annotate(
        reached=Case(*reached, default=Value(0), output_field=IntegerField()),
        held=Coalesce(Subquery(held), 0),
        carried=Coalesce(Subquery(taken), 0),
    )
    return people.filter(Q(reached__gt=F("held")) | Q(carried__gt=F("served") / 60)).order_by("pk")


@transaction.atomic
def _bring_up(volunteer: Any, needed: dict[int, int], *, on: date, by: User) -> None:
    Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    awards = {award.level: award for award in volunteer.stars.all()}
    for award in awards.values():
        if award.status == Status.AWARDED and award.hours * 60 > volunteer.served:
            award.move(Status.WITHDRAWN, by=by, reason=_("After a correction there are fewer hours than it takes."))
    for level, hours in needed.items():
        known = awards.get(level)
        if hours * 60 > volunteer.served or (known and known.status == Status.AWARDED):
            continue
        if known:
            known.move(Status.AWARDED, by=by, hours=hours, awarded_on=on)
        else:
            award = StarAward(volunteer=volunteer, region=volunteer.region, level=level, hours=hours, awarded_on=on)
            award.begin(by=by)
