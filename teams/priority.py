"""优先: where a call says so, teams with a project in the brand library come first; it is shown, people decide.

The app that knows grades hangs itself in here when it starts: `SOURCES.append(grades)`, where `grades(teams, on)` gives
the grades (values of "grade", the best first) that these teams' projects have in the library on a day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

SOURCES: list[Callable[[QuerySet, date], QuerySet]] = []
# What a call may ask for; a grade is written with an A behind it.
FROM = (3, 4, 5)


def with_priority(rows: Any, teams: QuerySet, *, on: date | None = None) -> Any:
    """Each row, which names a call, with the best grade of its teams and whether it comes first by the call's word.

    `teams` is the subject's teams, in terms of `OuterRef(OuterRef(…))` of the row.
    """
    best: Any = Value(None, output_field=CharField())
    for source in SOURCES:
        best = Subquery(source(teams, on or localdate())[:1])
    cases = [When(call__priority_from=least, brand_grade__gte=f"{least}A", then=True) for least in FROM]
    comes_first = Case(*cases, default=False, output_field=BooleanField())
    return rows.annotate(brand_grade=best).annotate(comes_first=comes_first)


def of_applicant() -> Q:
    """An applicant's teams: those they speak for, and those of the same registered body."""
    code = Q(admission__registration_code=OuterRef(OuterRef("registration_code"))) & ~Q(admission__registration_code="")
    return Q(contacts__user=OuterRef(OuterRef("applicant"))) | code


def said(row: Any) -> str:
    """What stands beside a row in a list of what waits; nothing for most."""
    grade, first = getattr(row, "brand_grade", None), getattr(row, "comes_first", False)
    if not grade:
        return ""
    return _("%(grade)s, comes first by the call") % {"grade": grade} if first else str(grade)
