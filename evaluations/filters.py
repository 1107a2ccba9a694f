"""What the brand library can be narrowed by, on its page and in the API alike."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR
from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import Region
from evaluations.models import BrandListing
from evaluations.models.ratings import BRAND_GRADES
from teams.filters import WORD, WithinFilter
from teams.models import CooperationMode, Field, Scene, TeamType

LEVELS = (6, 9, 12)
# More places than this are not offered at once, but from the district down to the community.
MOST_PLACES = 80


class BrandFilter(django_filters.FilterSet):
    """By place (any division code), grade, year of listing, the words of the city, and words of one's own."""

    q = django_filters.CharFilter(method="search", label=_("Project, team or community"))
    place = WithinFilter(field_name="region__code", label=_("area"))
    grade = django_filters.ChoiceFilter(
        choices=[(each, each) for each in reversed(BRAND_GRADES)], empty_label=_("all"), label=_("grade")
    )
    year = django_filters.NumberFilter(field_name="listed_on", method="in_year", label=_("listed in the year"))
    type = django_filters.ModelChoiceFilter(
        field_name="project__team__type", queryset=TeamType.objects.all(), label=_("team type"), **WORD
    )
    scene = django_filters.ModelChoiceFilter(
        field_name="project__scene", queryset=Scene.objects.all(), label=_("scene"), **WORD
    )
    field = django_filters.ModelChoiceFilter(
        field_name="project__field", queryset=Field.objects.all(), label=_("field of work"), **WORD
    )
    mode = django_filters.ModelChoiceFilter(
        field_name="project__mode", queryset=CooperationMode.objects.all(), label=_("cooperation mode"), **WORD
    )

    class Meta:
        model = BrandListing
        fields: Any = {
            **{name: ["exact"] for name in ("region", "status", "project", "project__team")},
            "until": ["gte", "lte"],
        }

    def search(self, listings: Any, _name: str, value: str) -> Any:
        """Every word stands somewhere: in the project, the team or the community."""
        for word in value.split():
            listings = listings.filter(
                Q(project__title__icontains=word)
                | Q(project__team__name__icontains=word)
                | Q(project__beneficiaries__icontains=word)
                | Q(region__name__icontains=word)
            )
        return listings

    def in_year(self, listings: Any, _name: str, value: Any) -> Any:
        year = int(value)
        return listings.filter(listed_on__year=year) if MINYEAR <= year <= MAXYEAR else listings.none()


def places_of(listings: Any, chosen: str) -> list[Region]:
    """The districts, streets and communities with something in the library; many are offered step by step."""
    codes = set(listings.order_by().values_list("region__code", flat=True).distinct())
    wanted = {code[:length] for code in codes for length in LEVELS if len(code) >= length}
    if len(wanted) > MOST_PLACES:
        wanted = {code for code in wanted if len(code) == LEVELS[0] or chosen.startswith(_parent(code))}
    return list(Region.objects.filter(code__in=wanted))


def _parent(code: str) -> str:
    return code[: LEVELS[LEVELS.index(len(code)) - 1]]
