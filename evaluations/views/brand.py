"""What everybody sees: the brand library; and what a team sees: how its grade came about."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now

from communities.pages import SignedInRequest, signed_in, visible_or_404
from evaluations.explanation import explain
from evaluations.filters import BrandFilter, places_of
from evaluations.models import Appeal, BrandListing, Rating
from evaluations.models.ratings import BRAND_GRADES
from evaluations.rating_file import file_of
from evaluations.services import appeals

PAGE = 24
NARROWED_BY = ("q", "place", "grade", "year", "type", "scene", "field", "mode")


def brand(request: HttpRequest) -> HttpResponse:
    """The brand library: projects of 3A and better, the best first, narrowed by place, grade, year and words."""
    current = BrandListing.objects.current(localdate())
    found = BrandFilter(request.GET, current)
    matching = found.qs if found.is_valid() else current.none()
    rows = matching.select_related("region", "project__team__type", "project__scene")
    chosen = {name: request.GET.get(name, "").strip() for name in NARROWED_BY}
    context = {
        "filter": found,
        "listings": Paginator(rows.order_by("-grade", "-listed_on", "-id"), PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "is_narrowed": any(chosen.values()),
        "more_is_open": any(chosen[name] for name in ("type", "scene", "field", "mode")),
        "places": places_of(current, chosen["place"]),
        "years": [day.year for day in current.dates("listed_on", "year", order="DESC")],
        "grades": list(reversed(BRAND_GRADES)),
    }
    return render(request, "evaluations/brand.html", context)


@signed_in
def rating(request: SignedInRequest, pk: int) -> HttpResponse:
    """How a grade came about: every indicator, group figure, dropped mark and rounding."""
    found = visible_or_404(Rating, request.user, "evaluations.explain_rating", pk=pk)
    may_see = request.user.has_perm("evaluations.file_appeal", found)
    context = {
        "rating": found,
        "explanation": explain(found),
        "may_appeal": may_see and not appeals.refusal_to_file(found, at=now()),
        "appeals": Appeal.objects.for_user(request.user, "evaluations.view_appeal").filter(rating=found),
    }
    return render(request, "evaluations/rating.html", context)


@signed_in
def rating_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The scheme and the marks behind a grade, for whoever wants to reckon it again (docs/scoring.md)."""
    found = visible_or_404(Rating, request.user, "evaluations.explain_rating", pk=pk)
    if not found.breakdown:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="rating-{found.pk}.json"'}
    return JsonResponse(file_of(found), headers=headers, json_dumps_params={"ensure_ascii": False, "indent": 1})
