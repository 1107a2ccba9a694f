"""Insurance and training: one's own to read, noted and revoked by staff."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from volunteers.models import ActivityKind, Safeguard, Volunteer
from volunteers.services import safeguards


class NoteSerializer(serializers.ModelSerializer):
    """What is noted, of whomever."""

    for_kind = serializers.PrimaryKeyRelatedField(
        queryset=ActivityKind.objects.active(), required=False, allow_null=True, help_text="training for this kind"
    )

    class Meta:
        model = Safeguard
        fields = ["kind", "for_kind", "title", "starts_on", "ends_on"]


class SafeguardSerializer(NoteSerializer):
    volunteer = serializers.SlugRelatedField("number", queryset=Volunteer.objects.all(), help_text="volunteer number")
    name = serializers.CharField(source="volunteer.masked_name", read_only=True)

    class Meta:
        model = Safeguard
        fields = ["id", "region", "volunteer", "name", *NoteSerializer.Meta.fields, "status"]
        read_only_fields = ["region", "status"]


class SafeguardViewSet(ReadOnlyScopedViewSet):
    queryset = Safeguard.objects.select_related("volunteer")
    serializer_class = SafeguardSerializer
    filterset_fields = {
        "region__code": ["exact", "startswith"],
        "volunteer__number": ["exact"],
        "kind": ["exact"],
        "status": ["exact"],
        "ends_on": ["gte", "lt"],
    }
    perms = {
        "list": "volunteers.view_safeguard",
        "retrieve": "volunteers.view_safeguard",
        "create": "volunteers.add_safeguard",
        "revoke": "volunteers.revoke_safeguard",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        data = self.valid()
        volunteer = data.pop("volunteer")
        self.check_region(volunteer.region, self.perms["create"])
        return self.represent(safeguards.note(volunteer, by=request.user, **data), status=201)

    @extend_schema(request=ReasonSerializer, responses=SafeguardSerializer)
    @action(detail=True, methods=["post"], serializer_class=ReasonSerializer)
    def revoke(self, request: Request, pk: int) -> Response:
        safeguard = self.get_object()
        safeguards.revoke(safeguard, by=request.user, **self.valid(ReasonSerializer))
        return Response(SafeguardSerializer(safeguard).data)
