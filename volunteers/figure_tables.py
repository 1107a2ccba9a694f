"""The rows behind each figure: for staff one by one with names masked, for everybody in groups that hide nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateformat import format as date_text
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from volunteers.models import ActivityKind, Skill
from volunteers.services import figures
from volunteers.services.figures import Year
from volunteers.suppression import publishable

Cells = list[Any]
MOST = 50_000


@dataclass(frozen=True)
class Table:
    """Headings, and rows of as many cells: a list, or a queryset with what makes cells of its rows."""

    headings: list[str]
    rows: Any
    cells: Callable[[Any], Cells] = list

    def page(self, rows: Iterable[Any]) -> list[Cells]:
        return [self.cells(row) for row in rows]


NAMES = {
    "hours": gettext_lazy("Service hours"),
    "people": gettext_lazy("Volunteers who served"),
    "nations": gettext_lazy("Countries"),
    "languages": gettext_lazy("Languages"),
    "issued": gettext_lazy("Points issued"),
    "redeemed": gettext_lazy("Points redeemed"),
    "coverage": gettext_lazy("Coverage of the pools"),
    "activities": gettext_lazy("Activities"),
}


def table(figure: str, year: Year, *, is_staff: bool, only: str = "") -> Table:
    """What stands behind a figure; `only` narrows it to one country, language or month (as in a link)."""
    maker = (STAFF if is_staff and figure in STAFF else EVERYBODY)[figure]
    return maker(year, only)


def hours_text(minutes: int | None) -> str:
    """Hours and minutes, as 12:05; hidden values as a dash of their own."""
    return f"{minutes // 60}:{minutes % 60:02}" if minutes is not None else _("hidden")


# for staff


def _stays(year: Year, only: str) -> Table:
    rows = year.stays().select_related("activity__kind", "volunteer").order_by("-started_at", "-id")
    headings = [_("Day"), _("Activity"), _("Kind"), _("Volunteer number"), _("Name"), _("Service minutes")]
    before = [
        [str(one.last_on), one.words, str(one.kind), one.volunteer.number, one.volunteer.masked_name, one.minutes]
        for one in year.former().select_related("kind", "volunteer").order_by("-last_on", "-id")
    ]
    if before:
        return Table(headings, [*map(_stay, rows[:MOST]), *before])
    return Table(headings, rows, _stay)


def _stay(stay: Any) -> Cells:
    who, activity = stay.volunteer, stay.activity
    day = f"{localtime(stay.started_at):%Y-%m-%d}"
    return [day, str(activity), str(activity.kind), who.number, who.masked_name, stay.minutes]


def _people(year: Year, only: str) -> Table:
    minutes = figures.served(year)
    rows = year.volunteers().order_by("number")
    if len(only) == len("KE"):
        rows = rows.filter(nationality=only)
    elif only:
        rows = rows.filter(skills__code=only)
    headings = [_("Volunteer number"), _("Name"), _("Country"), _("Service minutes")]
    return Table(headings, rows, lambda v: [v.number, v.masked_name, v.nationality.name, minutes.get(v.pk, 0)])


def _groups(groups: figures.Groups, heading: str, name: Callable[[Any], str]) -> Table:
    """Each group by itself, the largest first."""
    ordered = sorted(groups.items(), key=lambda one: (-len(one[1][0]), name(one[0])))
    return Table([heading, _("People")], [[name(key), len(people)] for key, (people, _value) in ordered])


def _all_nations(year: Year, only: str) -> Table:
    return _groups(figures.people_by_nation(year), _("Country"), _nation)


def _all_languages(year: Year, only: str) -> Table:
    names = {skill.pk: str(skill) for skill in Skill.objects.filter(is_language=True)}
    return _groups(figures.people_by_language(year), _("Language"), names.__getitem__)


def _entries(entries: Callable[[Year], Any]) -> Callable[[Year, str], Table]:
    def made(year: Year, only: str) -> Table:
        rows = entries(year).select_related("journal", "account__volunteer").order_by("-journal__at", "-id")
        return Table([_("Day"), _("Volunteer number"), _("Points"), _("What for")], rows, _entry)

    return made


def _entry(entry: Any) -> Cells:
    day = f"{localtime(entry.journal.at):%Y-%m-%d}"
    return [day, entry.account.volunteer.number, entry.amount, entry.journal.text]


# for everybody


def _hours(year: Year, only: str) -> Table:
    names = {kind.pk: str(kind) for kind in ActivityKind.objects.all()}
    rows = publishable(figures.minutes_by_kind(year))
    cells = [[names.get(row.key) or _("others"), _shown(row.people), hours_text(row.value)] for row in rows]
    return Table([_("Kind"), _("People"), _("Service hours")], cells)


def _nations(year: Year, only: str) -> Table:
    rows = publishable(figures.people_by_nation(year))
    cells = [[_nation(row.key), _shown(row.people)] for row in rows]
    return Table([_("Country"), _("People")], cells)


def _nation(code: str | None) -> str:
    return str(countries.name(code)) if code else _("others")


def _languages(year: Year, only: str) -> Table:
    names = {skill.pk: str(skill) for skill in Skill.objects.filter(is_language=True)}
    rows = publishable(figures.people_by_language(year))
    cells = [[names.get(row.key) or _("others"), _shown(row.people)] for row in rows]
    return Table([_("Language"), _("People")], cells)


def _points(entries: Callable[[Year], Any], sign: int) -> Callable[[Year, str], Table]:
    def made(year: Year, only: str) -> Table:
        rows = publishable(figures.points_by_month(entries(year), sign=sign))
        cells = [[_month(row.key), _shown(row.people), _shown(row.value)] for row in rows]
        return Table([_("Month"), _("People"), _("Points")], cells)

    return made


def _month(month: date | None) -> str:
    return date_text(month, "Y-m") if month else _("others")


def _coverage(year: Year, only: str) -> Table:
    headings = [_("Pool"), _("Points put in"), _("Points issued from it"), _("Left"), _("Covered")]
    cells = [
        [str(region), one.given, one.issued, one.left, "—" if one.percent is None else f"{one.percent} %"]
        for region, one in figures.coverages(year.region)
    ]
    return Table(headings, cells)


def _activities(year: Year, only: str) -> Table:
    rows = year.activities().select_related("kind").order_by("-starts_at", "-id")
    if only.isdecimal():
        rows = rows.filter(starts_at__month=int(only[:2]))
    return Table([_("Day"), _("Activity"), _("Kind"), _("Status")], rows, _activity)


def _activity(activity: Any) -> Cells:
    day = f"{localtime(activity.starts_at):%Y-%m-%d %H:%M}"
    return [day, str(activity), str(activity.kind), activity.get_status_display()]


def _shown(count: int | None) -> Any:
    return _("hidden") if count is None else count


STAFF: dict[str, Callable[[Year, str], Table]] = {
    "hours": _stays,
    "people": _people,
    "nations": _all_nations,
    "languages": _all_languages,
    "issued": _entries(figures.issued),
    "redeemed": _entries(figures.redeemed),
}
EVERYBODY: dict[str, Callable[[Year, str], Table]] = {
    "hours": _hours,
    "people": _nations,
    "nations": _nations,
    "languages": _languages,
    "issued": _points(figures.issued, 1),
    "redeemed": _points(figures.redeemed, -1),
    "coverage": _coverage,
    "activities": _activities,
}
