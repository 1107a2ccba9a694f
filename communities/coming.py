"""近期日程: what ends or begins in the next days where somebody works. Every app adds its own in AppConfig.ready:

from communities.coming import COMING, Coming
COMING.append(Coming(_("Call closes"), published_calls, at="closes_on", perm="teams.view_recruitmentcall"))
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import DateTimeField, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from communities.models import User

AHEAD = timedelta(days=14)
MOST = 8


class Coming(NamedTuple):
    """A kind of thing with a date: `rows()` are those that are under way; `at` is the field with its day or moment."""

    label: Any
    rows: Callable[[], QuerySet[Any]]
    at: str
    perm: str


COMING: list[Coming] = []


def coming_for(user: User, *, at: datetime) -> list[dict[str, Any]]:
    """What comes next below the regions this person works in, the soonest first."""
    entries = chain.from_iterable(_entries(kind, user, at) for kind in COMING)
    return sorted(entries, key=lambda entry: (entry["on"], entry["at"] is None, entry["at"]))[:MOST]


def _entries(kind: Coming, user: User, at: datetime) -> list[dict[str, Any]]:
    rows: Any = kind.rows()
    has_time = isinstance(rows.model._meta.get_field(kind.at), DateTimeField)
    first: date | datetime = at if has_time else localdate(at)
    soon = {f"{kind.at}__gte": first, f"{kind.at}__lt": first + AHEAD}
    found = rows.within(*user.codes_granting(kind.perm)).for_user(user, kind.perm).filter(**soon)
    return [_entry(kind, row, has_time) for row in found.order_by(kind.at, "pk")[:MOST]]


def _entry(kind: Coming, row: Any, has_time: bool) -> dict[str, Any]:
    moment = getattr(row, kind.at)
    return {
        "label": str(kind.label),
        "thing": str(row),
        "on": localtime(moment).date() if has_time else moment,
        "at": moment if has_time else None,
        "url": reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]),
    }
