"""Where people read when and where projects are presented."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from communities.models import Region
from communities.pages import visible_or_404
from projects.models import Project, Roadshow


def roadshow_list(request: HttpRequest) -> HttpResponse:
    """The roadshows of a region, the newest first."""
    region = Region.objects.filter(code=request.GET.get("region", "")).first()
    found = Roadshow.objects.for_user(request.user, "projects.view_roadshow").select_related("region")
    if region:
        found = found.within(region.code)
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    return render(request, "projects/roadshows.html", {"page": page, "region": region})


def roadshow_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One evening: when, where, the order of presentation, and its vote."""
    roadshow = visible_or_404(Roadshow, request.user, "projects.view_roadshow", pk=pk)
    poll = roadshow.polls.for_user(request.user, "projects.view_poll").order_by("-pk").first()
    projects = Project.objects.with_priority().select_related("team__type", "scene")
    entries = roadshow.entries.prefetch_related(Prefetch("project", queryset=projects))
    return render(request, "projects/roadshow.html", {"roadshow": roadshow, "entries": entries, "poll": poll})
