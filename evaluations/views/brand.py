"""What everybody sees: the brand library; and what a team sees: how its grade came about."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from communities.models import Region
from communities.pages import SignedInRequest, signed_in, visible_or_404
from evaluations.explanation import explain
from evaluations.models import BrandListing, Rating
from evaluations.models.ratings import BRAND_GRADES
from teams.models import Scene, TeamType

PAGE = 24


def brand(request: HttpRequest) -> HttpResponse:
    """The brand library: projects of 3A and better, by community, team type, scene and grade."""
    current = BrandListing.objects.current(localdate())
    chosen = {name: request.GET.get(name, "").strip() for name in ("community", "type", "scene", "grade")}
    found = _filtered(current, chosen).select_related("region", "project__team__type", "project__scene")
    listings = Paginator(found.order_by("-grade", "-listed_on", "-id"), PAGE).get_page(request.GET.get("page"))
    context = {
        "listings": listings,
        "chosen": chosen,
        "communities": Region.objects.filter(brandlistings__in=current).distinct(),
        "types": TeamType.objects.filter(teams__projects__listings__in=current).distinct(),
        "scenes": Scene.objects.filter(projects__listings__in=current).distinct(),
        "grades": reversed(BRAND_GRADES),
    }
    return render(request, "evaluations/brand.html", context)


def _filtered(current: Any, chosen: dict[str, str]) -> Any:
    if chosen["community"]:
        current = current.within(chosen["community"])
    if chosen["type"]:
        current = current.filter(project__team__type__code=chosen["type"])
    if chosen["scene"]:
        current = current.filter(project__scene__code=chosen["scene"])
    if chosen["grade"]:
        current = current.filter(grade=chosen["grade"])
    return current


@signed_in
def rating(request: SignedInRequest, pk: int) -> HttpResponse:
    """How a grade came about: every indicator, group figure, dropped mark and rounding."""
    found = visible_or_404(Rating, request.user, "evaluations.explain_rating", pk=pk)
    return render(request, "evaluations/rating.html", {"rating": found, "explanation": explain(found)})
