"""区划: finding one's community, and its home page."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from communities.home import MY_SECTIONS, SECTIONS, filled
from communities.models import Region, Resident, User
from communities.pages import SignedInRequest, signed_in, visible_or_404

MOST_FOUND = 50


def find(request: HttpRequest) -> HttpResponse:
    """Search for a community by name, or walk down to it from the city."""
    search, code = request.GET.get("q", "").strip(), request.GET.get("in", "")
    regions = Region.objects.for_user(request.user, "communities.view_region").select_related("parent")
    place = visible_or_404(Region, request.user, "communities.view_region", code=code) if code else None
    if search:
        found = list(regions.communities().filter(name__icontains=search)[: MOST_FOUND + 1])
    else:
        found = list(regions.filter(parent=place))
    context = {
        "search": search,
        "place": place,
        "above": place.ancestors() if place else [],
        "found": found[:MOST_FOUND] if search else found,
        "is_more": bool(search) and len(found) > MOST_FOUND,
        "mine": _communities_of(request.user),
    }
    return render(request, "communities/regions.html", context)


def home(request: HttpRequest, code: str) -> HttpResponse:
    """What goes on in a community."""
    region = visible_or_404(Region, request.user, "communities.view_region", code=code)
    if region.level != Region.Level.COMMUNITY:
        return redirect(f"/regions/?in={region.code}")
    context = {
        "region": region,
        "above": region.ancestors(),
        "sections": filled(SECTIONS, region, request.user),
        "residency": _residency(region, request.user),
    }
    return render(request, "communities/community.html", context)


@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """What waits for me, and what concerns me."""
    context = {"sections": filled(MY_SECTIONS, request.user), "communities": _communities_of(request.user)}
    return render(request, "communities/mine.html", context)


def _communities_of(user: User | AnonymousUser) -> list[Region]:
    if not user.is_authenticated:
        return []
    residencies = Resident.objects.verified().filter(user=user).select_related("region")
    return [residency.region for residency in residencies]


def _residency(region: Region, user: User | AnonymousUser) -> Resident | None:
    if not user.is_authenticated:
        return None
    return Resident.objects.filter(user=user, region=region).order_by("-id").first()
