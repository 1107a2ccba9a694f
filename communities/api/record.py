"""状态记录 in the API: who did what, when and why."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from communities.models import StatusChange

from .viewsets import ReadOnlyScopedViewSet


class StatusChangeSerializer(serializers.ModelSerializer):
    app = serializers.CharField(source="content_type.app_label", read_only=True)
    model = serializers.CharField(source="content_type.model", read_only=True)
    # The stubs take every attribute called `label` for the field's own.
    label = serializers.CharField(  # type: ignore[assignment]
        source="new_label", read_only=True, help_text="what it became, in words"
    )
    region = serializers.CharField(source="region.code", read_only=True)
    actor_name = serializers.CharField(source="actor.shown_name", read_only=True)

    class Meta:
        model = StatusChange
        fields = [
            "id",
            "app",
            "model",
            "object_id",
            "region",
            "old",
            "new",
            "label",
            "actor",
            "actor_name",
            "reason",
            "at",
        ]


class StatusChangeViewSet(ReadOnlyScopedViewSet):
    """The record of everything, append-only: ask for one thing by its model and number."""

    queryset = StatusChange.objects.select_related("content_type", "region", "actor").prefetch_related(
        "actor__role_assignments"
    )
    serializer_class = StatusChangeSerializer
    filterset_fields: ClassVar = {
        "content_type__model": ["exact"],
        "object_id": ["exact"],
        "region__code": ["exact", "startswith"],
        "actor": ["exact"],
        "new": ["exact"],
        "at": ["gte", "lt"],
    }
    perms: ClassVar = dict.fromkeys(["list", "retrieve"], "communities.view_statuschange")
