"""区划: finding one's community, and its home page."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
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
        place, found = _below(regions, place)
    context = {
        "search": search,
        "place": place,
        "above": place.ancestors() if place else [],
        "found": found[:MOST_FOUND] if search else found,
        "is_more": bool(search) and len(found) > MOST_FOUND,
        "mine": communities_of(request.user),
    }
    return render(request, "communities/regions.html", context)


def _below(regions: QuerySet[Region], place: Region | None) -> tuple[Region | None, list[Region]]:
    """What lies below a place; where there is but one choice at the top, it is made already."""
    found = list(regions.filter(parent=place))
    if place is None and len(found) == 1 and found[0].level != Region.Level.COMMUNITY:
        return found[0], list(regions.filter(parent=found[0]))
    return place, found


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
    context = {"sections": filled(MY_SECTIONS, request.user), "communities": communities_of(request.user)}
    return render(request, "communities/mine.html", context)


def communities_of(user: User | AnonymousUser) -> QuerySet[Region]:
    """Where a person lives, or has a role: volunteers, helps, works."""
    if not user.is_authenticated:
        return Region.objects.none()
    at_home = Q(pk__in=Resident.objects.verified().filter(user=user).values("region"))
    in_a_role = Q(pk__in=user.role_assignments.active().values("region"))
    return Region.objects.communities().filter(at_home | in_a_role).select_related("parent")


def _residency(region: Region, user: User | AnonymousUser) -> Resident | None:
    if not user.is_authenticated:
        return None
    return Resident.objects.filter(user=user, region=region).order_by("-id").first()
