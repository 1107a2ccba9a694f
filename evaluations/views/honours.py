"""荣誉 for everybody: the rule, the shortlist with its ties, who is honoured and from whom it was taken back."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from communities.models import StatusChange
from communities.pages import visible_or_404
from evaluations.models import Honour, HonourEntry

VIEW = "evaluations.view_honour"
PAGE = 20
ENTRIES = 60


def honours(request: HttpRequest) -> HttpResponse:
    """The honours of all years and places, the latest first."""
    rows = Honour.objects.public().select_related("region").order_by("-year", "region__code", "-id")
    return render(
        request, "evaluations/honours.html", {"page": Paginator(rows, PAGE).get_page(request.GET.get("page"))}
    )


def honour(request: HttpRequest, pk: int) -> HttpResponse:
    """One honour: by which rule, who is on the shortlist, who is honoured."""
    user: Any = request.user
    found = visible_or_404(Honour, user, VIEW, pk=pk)
    page = Paginator(found.entries.select_related("project__team", "region"), ENTRIES).get_page(request.GET.get("page"))
    entries = list(page)
    context = {
        "honour": found,
        "page": page,
        "entries": [(entry, why) for entry, why in zip(entries, _reasons(entries), strict=True)],
        "has_ties": any(entry.is_tied for entry in entries),
    }
    return render(request, "evaluations/honour.html", context)


def _reasons(entries: list[HonourEntry]) -> list[StatusChange | None]:
    """Why somebody was not chosen, or lost it again; one query for all."""
    hurt = {entry.pk: entry for entry in entries if entry.status in HonourEntry.NEED_REASON}
    if not hurt:
        return [None] * len(entries)
    about = StatusChange.objects.filter(
        content_type__app_label="evaluations", content_type__model="honourentry", object_id__in=hurt
    )
    last = {change.object_id: change for change in about.order_by("id")}
    return [last.get(entry.pk) if entry.pk in hurt else None for entry in entries]
