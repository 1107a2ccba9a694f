"""Where residents read what teams do in their community."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from communities.home import filled
from communities.models import Region
from communities.pages import visible_or_404
from projects.models import MilestoneReport, Project
from projects.sections import PROJECT_SECTIONS
from teams.models import Field, Scene

PAGE_SIZE = 20
FIGURES = ("people_served", "events_held", "money_spent")


def project_list(request: HttpRequest) -> HttpResponse:
    """The projects of a community (`?region=` its division code), by scene, field and status."""
    code = request.GET.get("region", "")
    region = get_object_or_404(Region, code=code) if code else None
    found = Project.objects.public().filter(_asked(request)).select_related("team", "scene", "field", "region")
    if region:
        found = found.within(region.code)
    context = {
        "region": region,
        "page": Paginator(found.order_by("-id"), PAGE_SIZE).get_page(request.GET.get("page")),
        "scenes": Scene.objects.active(),
        "fields": Field.objects.active(),
        "statuses": [(value, Project.Status(value).label) for value in Project.PUBLIC],
        "asked": request.GET,
    }
    return render(request, "projects/list.html", context)


def _asked(request: HttpRequest) -> Q:
    lookups = {"scene": "scene__code", "field": "field__code", "status": "status"}
    given = {lookup: request.GET[name] for name, lookup in lookups.items() if request.GET.get(name)}
    title = request.GET.get("q", "").strip()
    return Q(**given) & (Q(title__icontains=title) if title else Q())


def project_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that may be known of a project: goals, money, milestones done with photos and figures, grade."""
    project = visible_or_404(Project, request.user, "projects.view_project", pk=pk)
    is_own = Project.objects.for_user(request.user, "projects.write_project").filter(pk=pk).exists()
    reports = MilestoneReport.objects.confirmed().filter(milestone__project=project)
    context = {
        "project": project,
        "priority": Project.objects.with_priority().get(pk=pk).priority,
        "is_own": is_own,
        "may_withdraw": is_own and project.can_move(Project.Status.WITHDRAWN),
        "reports": reports.select_related("milestone").prefetch_related("photos").order_by("milestone__due_on", "id"),
        "figures": reports.aggregate(**{name: Sum(name) for name in FIGURES}),
        "milestones": project.milestones.prefetch_related("reports").select_related("project"),
        "notice": project.notices.order_by("-id").first(),
        "agreements": _agreements(project),
        "returned": _last_return(project) if is_own else None,
        "sections": filled(PROJECT_SECTIONS, project, request.user),
    }
    return render(request, "projects/project.html", context)


def _agreements(project: Project) -> Any:
    return project.agreements.exclude(status__in=["draft", "cancelled"]).select_related("region").order_by("starts_on")


def _last_return(project: Project) -> Any:
    """Why the proposal came back, for the team that corrects it."""
    return project.last_change() if project.status == Project.Status.RETURNED else None
