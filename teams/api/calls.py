"""Recruitment calls 招募令."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import CreateOnceMixin, ReadOnlyScopedViewSet
from teams.filters import CallFilter
from teams.models import Field, RecruitmentCall, Scene
from teams.services import calls

from .fields import RegionCode


class CallSerializer(serializers.ModelSerializer):
    region = RegionCode()
    region_name = serializers.CharField(source="region.name", read_only=True)
    scene = serializers.SlugRelatedField(slug_field="code", queryset=Scene.objects.active())
    field = serializers.SlugRelatedField(slug_field="code", queryset=Field.objects.active())
    is_open = serializers.BooleanField(read_only=True)

    class Meta:
        model = RecruitmentCall
        fields = [
            "id",
            "region",
            "region_name",
            "status",
            "title",
            "scene",
            "field",
            "need",
            "budget",
            "priority_from",
            "space",
            "opens_on",
            "closes_on",
            "is_open",
            "created_at",
        ]
        read_only_fields = ["status", "created_at"]
        extra_kwargs = {"budget": {"min_value": 0}}

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        opens_on = data.get("opens_on", getattr(self.instance, "opens_on", None))
        closes_on = data.get("closes_on", getattr(self.instance, "closes_on", None))
        if opens_on and closes_on and closes_on < opens_on:
            constraint = RecruitmentCall._meta.constraints[0]
            raise serializers.ValidationError({"closes_on": [constraint.get_violation_error_message()]})
        return data

    def validate_region(self, region: Any) -> Any:
        if self.instance and region.pk != self.instance.region_id:
            return self.instance.region
        return region


class ExtensionSerializer(ReasonSerializer):
    """A later last day, and why."""

    closes_on = serializers.DateField()


class CallViewSet(CreateOnceMixin, mixins.UpdateModelMixin, ReadOnlyScopedViewSet):
    """招募令: published ones are read by everybody, drafts by the staff of their community."""

    queryset = RecruitmentCall.objects.select_related("region", "scene", "field")
    serializer_class = CallSerializer
    filterset_class = CallFilter
    http_method_names = ["get", "post", "patch", "head", "options"]
    perms = {
        "list": "teams.view_recruitmentcall",
        "retrieve": "teams.view_recruitmentcall",
        "create": "teams.add_recruitmentcall",
        "partial_update": "teams.change_recruitmentcall",
        "publish": "teams.publish_recruitmentcall",
        "withdraw": "teams.publish_recruitmentcall",
        "close": "teams.close_recruitmentcall",
        "extend": "teams.close_recruitmentcall",
    }

    def perform_create(self, serializer: Any) -> None:
        self.check_region(serializer.validated_data["region"], self.perms["create"])
        serializer.instance = calls.draft(RecruitmentCall(**serializer.validated_data), by=self.request.user)

    def perform_update(self, serializer: Any) -> None:
        fields = {name: value for name, value in serializer.validated_data.items() if name != "region"}
        calls.edit(serializer.instance, by=self.request.user, **fields)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        return self.moved(calls.publish)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self.moved(calls.withdraw)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        return self.moved(calls.close, ReasonSerializer)

    @extend_schema(request=ExtensionSerializer)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str) -> Response:
        return self.moved(calls.extend, ExtensionSerializer)
