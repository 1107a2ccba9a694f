"""区划 in the API."""

from __future__ import annotations

import django_filters
from rest_framework import serializers

from communities.models import Region

from .viewsets import ReadOnlyScopedViewSet


class RegionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Region
        fields = ["id", "code", "name", "level", "parent"]


class RegionFilter(django_filters.FilterSet):
    """`?level=community&below=330723&search=下王宅`; `parent` is the region directly above."""

    parent = django_filters.NumberFilter(field_name="parent_id")
    below = django_filters.CharFilter(field_name="code", lookup_expr="startswith")
    search = django_filters.CharFilter(field_name="name", lookup_expr="icontains")

    class Meta:
        model = Region
        fields = ["level", "code", "parent", "below", "search"]


class RegionViewSet(ReadOnlyScopedViewSet):
    """The official tree of cities, districts, streets and communities, open to everybody."""

    queryset = Region.objects.all()
    serializer_class = RegionSerializer
    filterset_class = RegionFilter
    perms = {"list": "communities.view_region", "retrieve": "communities.view_region"}
