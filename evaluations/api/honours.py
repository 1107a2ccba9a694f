"""Honours of the year, and their shortlists."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import CreateOnceMixin, ReadOnlyScopedViewSet, idempotent
from evaluations.models import Honour, HonourEntry
from evaluations.services import honours

RUN = "evaluations.run_honour"


class HonourSerializer(serializers.ModelSerializer):
    class Meta:
        model = Honour
        fields = ["id", "region", "title", "year", "places", "least_grade", "compare", "status"]
        read_only_fields = ["status"]
        validators: list[Any] = []


class ConfirmSerializer(serializers.Serializer):
    """Which of those tied at the last place are honoured, and how that was settled."""

    tied = serializers.PrimaryKeyRelatedField(
        queryset=HonourEntry.objects.all(), many=True, required=False, default=list
    )
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)


class HonourViewSet(CreateOnceMixin, mixins.UpdateModelMixin, ReadOnlyScopedViewSet):
    """Everybody reads them from the announcement of the rule on."""

    queryset = Honour.objects.select_related("region")
    serializer_class = HonourSerializer
    filterset_fields: Any = {
        "region": ["exact"],
        "region__code": ["startswith"],
        "year": ["exact"],
        "status": ["exact"],
    }
    http_method_names = ["get", "post", "patch", "head", "options"]
    perms = {
        "list": "evaluations.view_honour",
        "retrieve": "evaluations.view_honour",
        "create": "evaluations.add_honour",
        "partial_update": "evaluations.change_honour",
        **dict.fromkeys(["announce", "draw", "confirm", "cancel"], RUN),
    }

    def perform_create(self, serializer: Any) -> None:
        said = dict(serializer.validated_data)
        self.check_region(said["region"], self.perms["create"])
        serializer.instance = honours.draft(said.pop("region"), by=self.request.user, **said)

    def perform_update(self, serializer: Any) -> None:
        fields = {name: value for name, value in serializer.validated_data.items() if name != "region"}
        honours.edit(serializer.instance, by=self.request.user, **fields)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def announce(self, request: Request, pk: str) -> Response:
        return self.moved(honours.announce)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def draw(self, request: Request, pk: str) -> Response:
        """Draw the shortlist by the announced rule; see honour-entries."""
        return self.moved(honours.draw)

    @extend_schema(request=ConfirmSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Request, pk: str) -> Response:
        return self.moved(honours.confirm, ConfirmSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self.moved(honours.cancel, ReasonSerializer)


class HonourEntrySerializer(serializers.ModelSerializer):
    title = serializers.CharField(source="project.title", read_only=True)
    team = serializers.CharField(source="project.team.name", read_only=True)

    class Meta:
        model = HonourEntry
        fields = [
            *("id", "region", "honour", "project", "title", "team", "rating"),
            *("rank", "grade", "votes", "support", "is_tied", "status"),
        ]
        read_only_fields = fields


class HonourEntryViewSet(ReadOnlyScopedViewSet):
    queryset = HonourEntry.objects.select_related("project__team")
    serializer_class = HonourEntrySerializer
    filterset_fields = ["region", "honour", "project", "project__team", "status", "is_tied"]
    perms = {
        "list": "evaluations.view_honourentry",
        "retrieve": "evaluations.view_honourentry",
        "leave_out": "evaluations.leave_out_honourentry",
        "revoke": "evaluations.revoke_honourentry",
    }

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="leave-out")
    def leave_out(self, request: Request, pk: str) -> Response:
        return self.moved(honours.leave_out, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        return self.moved(honours.revoke, ReasonSerializer)
