"""志愿服务数据: a place's year on one page; each figure leads to its rows, which download as a table."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities.models import Refused, Region
from communities.pages import visible_or_404
from communities.services.audit import Kind, write
from communities.tables import download
from volunteers import figure_tables, heat
from volunteers.services import figures
from volunteers.services.figures import Year
from volunteers.suppression import LEAST, publishable, publishable_sum

ROWS, ABOVE = "volunteers.view_figure", "volunteers.view_account"
A_PAGE, FIRST_YEAR = 50, 2000


def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Hours, people, countries and languages, points, pools and the calendar of a year."""
    year = _year(request, code)
    context = {**_about(request, year), "cards": _cards(year, is_staff=_is_staff(request, year.region))}
    counts = figures.calendar(year)
    context["squares"], context["months"] = heat.squares(year.year, counts), heat.months(year.year, counts)
    context["activities"] = sum(counts.values())
    return render(request, "volunteers/figures.html", context)


def rows(request: HttpRequest, code: str, figure: str) -> HttpResponse:
    """What stands behind a figure: rows for the staff of the place, groups for everybody; `?as=csv` saves them."""
    if figure not in figure_tables.NAMES:
        raise Http404
    year, only = _year(request, code), request.GET.get("only", "")[:16]
    table = figure_tables.table(figure, year, is_staff=_is_staff(request, year.region), only=only)
    if kind := request.GET.get("as", ""):
        return _file(request, year, figure, table, kind)
    page = Paginator(table.rows, A_PAGE).get_page(request.GET.get("page"))
    name = figure_tables.NAMES[figure]
    context = {**_about(request, year), "name": name, "figure": figure, "headings": table.headings, "page": page}
    cells = table.page(page)
    labelled = [zip(table.headings, row, strict=True) for row in cells]
    return render(
        request, "volunteers/figure_rows.html", {**context, "cells": cells, "labelled": labelled, "only": only}
    )


def _file(request: HttpRequest, year: Year, figure: str, table: figure_tables.Table, kind: str) -> HttpResponse:
    """All of it or nothing: a table that lacks rows would say something else."""
    count = len(table.rows) if isinstance(table.rows, list) else table.rows.count()
    if count > figure_tables.MOST:
        message = _("These are %(count)d rows, and a file takes %(most)d: save them community by community.")
        raise Refused(message % {"count": count, "most": figure_tables.MOST}, code="too_many_rows")
    if _is_staff(request, year.region):
        user: Any = request.user
        write(Kind.EXPORTED, by=user, place=year.region, what=f"volunteering {figure}", year=year.year)
    return download(
        [table.headings, *table.page(table.rows)], name=f"{figure}-{year.region.code}-{year.year}", kind=kind
    )


def _year(request: HttpRequest, code: str) -> Year:
    """The place and year that are asked for; above a community only for those who work there."""
    region = visible_or_404(Region, request.user, "communities.view_region", code=code)
    if region.level != Region.Level.COMMUNITY and not _works_in(request, region, ABOVE):
        raise Http404
    wanted, today = request.GET.get("year", ""), localdate()
    is_year = wanted.isdecimal() and len(wanted) == len("2026") and FIRST_YEAR <= int(wanted) <= today.year + 1
    return Year(region, int(wanted) if is_year else today.year)


def _is_staff(request: HttpRequest, region: Region) -> bool:
    return _works_in(request, region, ROWS)


def _works_in(request: HttpRequest, region: Region, perm: str) -> bool:
    user: Any = request.user
    return user.is_authenticated and any(region.code.startswith(code) for code in user.codes_granting(perm))


def _about(request: HttpRequest, year: Year) -> dict[str, Any]:
    first = min(figures.first_year(year.region) or year.year, year.year)
    years = range(max(year.year, localdate().year), first - 1, -1)
    return {
        "region": year.region,
        "year": year.year,
        "years": list(years),
        "is_staff": _is_staff(request, year.region),
        "least": LEAST,
    }


def _cards(year: Year, *, is_staff: bool) -> list[dict[str, Any]]:
    """Each figure with its name; what would tell of fewer than five people is None for everybody else."""
    kinds, nations = figures.minutes_by_kind(year), figures.people_by_nation(year)
    languages = figures.people_by_language(year)
    people, minutes = figures.total(kinds)
    issued = figures.total(figures.points_by_month(figures.issued(year), sign=1))
    redeemed = figures.total(figures.points_by_month(figures.redeemed(year), sign=-1))
    covered = figures.coverages(year.region)

    def told(who: int, value: int) -> int | None:
        return value if is_staff else publishable_sum(who, value)

    said = told(people, minutes)
    return [
        _card("hours", None if said is None else figure_tables.hours_text(said)),
        _card("people", told(people, people)),
        _card("nations", _count(nations, is_staff)),
        _card("languages", _count(languages, is_staff)),
        _card("issued", told(*issued)),
        _card("redeemed", told(*redeemed)),
        _card("coverage", _percent([one.percent for _region, one in covered if one.percent is not None])),
    ]


def _card(figure: str, value: Any) -> dict[str, Any]:
    return {"figure": figure, "name": figure_tables.NAMES[figure], "value": value}


def _count(groups: figures.Groups, is_staff: bool) -> int | None:
    """How many groups there are; for everybody, those that can be shown by themselves (None: only others)."""
    if is_staff or not groups:
        return len(groups)
    return sum(group.key is not None for group in publishable(groups)) or None


def _percent(covered: list[int]) -> str:
    """How far the least covered of the pools is covered."""
    return f"{min(covered)} %" if covered else "—"
