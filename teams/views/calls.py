"""Recruitment calls for everybody: the list, one call, its poster."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from communities.home import filled
from communities.models import Region
from communities.pages import visible_or_404
from communities.qr import qr_of
from teams.filters import CallFilter
from teams.models import RecruitmentCall
from teams.sections import CALL_SECTIONS

VIEW = "teams.view_recruitmentcall"
PAGE = 20


def index(request: HttpRequest) -> HttpResponse:
    """What communities are looking for; open calls come first."""
    calls = RecruitmentCall.objects.public().select_related("region", "scene", "field")
    found = CallFilter(request.GET, calls)
    context = {
        "filter": found,
        "page": Paginator(found.qs.order_by("-status", "-id"), PAGE).get_page(request.GET.get("page")),
        "place": place_of(request),
        "is_narrowed": any(request.GET.get(name) for name in ("q", "scene", "field", "open")),
        "today": localdate(),
    }
    return render(request, "teams/calls.html", context)


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One call, and how to answer it."""
    call = visible_or_404(RecruitmentCall, request.user, VIEW, pk=pk)
    context = {
        "call": call,
        "today": localdate(),
        "above": call.region.ancestors(),
        "qr": _qr_of(request, call),
        "sections": filled(CALL_SECTIONS, call, request.user),
    }
    return render(request, "teams/call.html", context)


def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """A call on one sheet of A4, for the notice board."""
    call = visible_or_404(RecruitmentCall, request.user, VIEW, pk=pk)
    address = request.build_absolute_uri(call.get_absolute_url())
    return render(request, "teams/poster.html", {"call": call, "qr": _qr_of(request, call), "address": address})


def place_of(request: HttpRequest) -> Region | None:
    """The region to which a list is narrowed, if it is."""
    code: Any = request.GET.get("region")
    return Region.objects.filter(code=code).first() if code else None


def _qr_of(request: HttpRequest, call: RecruitmentCall) -> str:
    return qr_of(request.build_absolute_uri(call.get_absolute_url()))
