"""Check-ins that were sent later: one's own, those of one's activities, and for staff those of their place."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet
from volunteers.models import KeptScan
from volunteers.services import kept_scans


class KeptScanSerializer(serializers.ModelSerializer):
    volunteer = serializers.CharField(source="volunteer.number", read_only=True)
    name = serializers.CharField(source="volunteer.masked_name", read_only=True)

    class Meta:
        model = KeptScan
        fields = [
            *["id", "activity", "volunteer", "name", "status", "is_leaving", "means", "at", "phone_at", "arrived_at"],
            *["is_late", "why", "attendance"],
        ]
        read_only_fields = fields

    is_late = serializers.BooleanField(read_only=True, help_text="arrived more than five minutes after its moment")


class KeptScanViewSet(ReadOnlyScopedViewSet):
    queryset = KeptScan.objects.select_related("volunteer")
    serializer_class = KeptScanSerializer
    filterset_fields = ["activity", "status", "volunteer__number"]
    perms = {
        "list": "volunteers.view_keptscan",
        "retrieve": "volunteers.view_keptscan",
        "accept": "volunteers.decide_keptscan",
        "reject": "volunteers.decide_keptscan",
    }

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: int) -> Response:
        """It is right: note it at the moment it stands for."""
        return self.moved(kept_scans.accept)

    @extend_schema(request=ReasonSerializer, responses=KeptScanSerializer)
    @action(detail=True, methods=["post"], serializer_class=ReasonSerializer)
    def reject(self, request: Request, pk: int) -> Response:
        """It is not right, with the reason that the volunteer will read."""
        scan = self.get_object()
        kept_scans.reject(scan, by=request.user, **self.valid(ReasonSerializer))
        return Response(KeptScanSerializer(scan).data)
