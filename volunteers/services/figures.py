"""志愿服务数据: what a place's volunteers did in a year, summed by the database and grouped by whom it concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Sum
from django.db.models.functions import TruncDate, TruncMonth

from communities.models import Region
from volunteers.models import Account, Activity, Attendance, FormerHours, Funding, Journal, PointEntry, Volunteer

from . import hours
from .pools import GIVEN, Coverage

Kind = Journal.Kind
Groups = dict[Any, tuple[set[int], int]]
ISSUED = (Kind.EARN, Kind.GRANT, Kind.OPENING)


@dataclass(frozen=True)
class Year:
    """A place and a calendar year; everything is asked of these two."""

    region: Region
    year: int

    @property
    def days(self) -> tuple[date, date]:
        return date(self.year, 1, 1), date(self.year, 12, 31)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment of the year, and the first after it."""
        return hours.moments(*self.days)

    def stays(self) -> Any:
        """The confirmed stays at activities here that began in the year."""
        begins, ends = self.moments
        rows = Attendance.objects.confirmed().within(self.region.code)
        return rows.filter(started_at__gte=begins, started_at__lt=ends)

    def former(self) -> Any:
        """What was taken over for days that ended in the year."""
        first, last = self.days
        return FormerHours.objects.standing().within(self.region.code).filter(last_on__range=(first, last))

    def activities(self) -> Any:
        """The activities of the year that took place or are going to."""
        begins, ends = self.moments
        rows = Activity.objects.within(self.region.code).filter(starts_at__gte=begins, starts_at__lt=ends)
        return rows.filter(status__in=[Activity.Status.PUBLISHED, Activity.Status.ENDED])

    def entries(self, kinds: Iterable[str]) -> Any:
        """People's entries by journals of these kinds posted here in the year, and by what took such back."""
        begins, ends = self.moments
        rows = PointEntry.objects.filter(account__kind=Account.Kind.PERSON, journal__at__gte=begins)
        rows = rows.filter(journal__at__lt=ends, journal__region__code__startswith=self.region.code)
        return rows.filter(journal__kind__in=kinds) | rows.filter(journal__reverses__kind__in=kinds)

    def volunteers(self) -> Any:
        """Whoever served here in the year."""
        return Volunteer.objects.filter(pk__in=self.people())

    def people(self) -> set[int]:
        """Who served here in the year, here or as taken over."""
        return {*self.stays().values_list("volunteer", flat=True).distinct(), *self.former_people()}

    def former_people(self) -> set[int]:
        return set(self.former().values_list("volunteer", flat=True))


def issued(year: Year) -> Any:
    return year.entries(ISSUED)


def redeemed(year: Year) -> Any:
    return year.entries([Kind.REDEEM])


def minutes_by_kind(year: Year) -> Groups:
    """Kind of service → who did it, and for how many minutes."""
    here = year.stays().order_by().values_list("activity__kind", "volunteer").annotate(n=Sum("minutes"))
    before = year.former().order_by().values_list("kind", "volunteer").annotate(n=Sum("minutes"))
    return _grouped([*here, *before])


def people_by_nation(year: Year) -> Groups:
    """Country → who of there served."""
    rows = Volunteer.objects.filter(pk__in=year.people()).values_list("nationality", "pk")
    return _grouped((nation, pk, 1) for nation, pk in rows)


def people_by_language(year: Year) -> Groups:
    """Language → who speaks it and served; one person may stand in several."""
    spoken = Volunteer.skills.through.objects.filter(volunteer__in=year.people(), skill__is_language=True)
    return _grouped((skill, pk, 1) for skill, pk in spoken.values_list("skill", "volunteer"))


def points_by_month(entries: Any, *, sign: int) -> Groups:
    """Month → whose points, and how many; `sign` -1 for what left people's accounts."""
    rows = entries.annotate(month=TruncMonth("journal__at")).order_by()
    summed = rows.values_list("month", "account__volunteer").annotate(n=sign * Sum("amount"))
    return _grouped((month.date(), volunteer, n) for month, volunteer, n in summed)


def total(groups: Groups) -> tuple[int, int]:
    """How many people, and the sum."""
    people = {person for who, _value in groups.values() for person in who}
    return len(people), sum(value for _who, value in groups.values())


def calendar(year: Year) -> dict[date, int]:
    """Day → how many activities begin on it."""
    rows = year.activities().annotate(day=TruncDate("starts_at")).order_by().values_list("day").annotate(n=Count("pk"))
    return dict(rows)


def coverages(region: Region) -> list[tuple[Region, Coverage]]:
    """The pools in a place, and the one that issues there, each with how far it is covered."""
    nearest = Funding.objects.standing().around(region).select_related("region").first()
    above = Account.objects.pools().filter(region=nearest.region if nearest else region)
    shown = (Account.objects.pools().within(region.code) | above).select_related("region").order_by("region__code")
    entries = PointEntry.objects.filter(account__in=shown.values("pk")).order_by().values("account")
    summed = entries.annotate(given=Sum("amount", filter=GIVEN), rest=Sum("amount", filter=~GIVEN))
    sums = {row["account"]: row for row in summed}
    return [(pool.region, _coverage(sums.get(pool.pk, {}))) for pool in shown]


def _coverage(sums: dict[str, int | None]) -> Coverage:
    return Coverage(given=sums.get("given") or 0, issued=-(sums.get("rest") or 0))


def served(year: Year) -> dict[int, int]:
    """Volunteer → minutes in the year."""
    sums: dict[int, int] = defaultdict(int)
    for rows in (year.stays(), year.former()):
        for volunteer, minutes in rows.order_by().values_list("volunteer").annotate(n=Sum("minutes")):
            sums[volunteer] += minutes
    return dict(sums)


def first_year(region: Region) -> int | None:
    """The year of the earliest activity of a place, or of what was taken over from before."""
    first = Activity.objects.within(region.code).order_by("starts_at").annotate(day=TruncDate(F("starts_at"))).first()
    former = FormerHours.objects.standing().within(region.code).order_by("last_on").first()
    days = [first.day] if first else []
    return min([*days, *([former.last_on] if former else [])]).year if first or former else None


def _grouped(rows: Iterable[tuple[Hashable, int, int | None]]) -> Groups:
    people: dict[Hashable, set[int]] = defaultdict(set)
    values: dict[Hashable, int] = defaultdict(int)
    for key, person, value in rows:
        people[key].add(person)
        values[key] += value or 0
    return {key: (people[key], values[key]) for key in people}
