"""Fields that the resources of this app share."""

from __future__ import annotations

from rest_framework import serializers

from communities.models import Region


class RegionCode(serializers.SlugRelatedField):
    """A region by its division code."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("slug_field", "code")
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Region.objects.all())
        super().__init__(**kwargs)
