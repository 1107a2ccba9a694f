"""Vouchers that tills accepted without network: taken once, double use decided by staff."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, signed_in
from volunteers.models import OfflineUse
from volunteers.services import offline_uses

DECIDE = "volunteers.decide_offlineuse"


class OfflineUseSerializer(serializers.ModelSerializer):
    reward_title = serializers.CharField(source="redemption.reward.__str__", read_only=True)
    points = serializers.IntegerField(source="redemption.points", read_only=True)

    class Meta:
        model = OfflineUse
        fields = [
            *["id", "region", "partner", "redemption", "reward_title", "points", "key", "found", "status"],
            *["presented_at", "received_at", "decided_at"],
        ]
        read_only_fields = fields


class SentUseSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=32)
    key = serializers.UUIDField(help_text="made up by the device; sent again, the answer is the same")
    presented_at = serializers.DateTimeField(help_text="by the clock of the device")


class OfflineUseViewSet(ReadOnlyScopedViewSet):
    queryset = OfflineUse.objects.select_related("redemption__reward")
    serializer_class = OfflineUseSerializer
    filterset_fields = {
        "partner": ["exact"],
        "status": ["exact"],
        "found": ["exact"],
        "received_at": ["gte", "lt"],
    }
    perms = {
        "list": "volunteers.view_offlineuse",
        "retrieve": "volunteers.view_offlineuse",
        "create": "volunteers.accept_redemption",
        "honour": DECIDE,
        "refuse": DECIDE,
    }

    @extend_schema(request=SentUseSerializer, responses={201: OfflineUseSerializer})
    def create(self, request: Request) -> Response:
        """Take what a till accepted without network; a voucher used before is taken as a double use."""
        self.check_anywhere(self.perms["create"])
        use = offline_uses.take(by=signed_in(request), **self.valid(SentUseSerializer))
        return self.represent(use, status=201)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def honour(self, request: Request, pk: int) -> Response:
        """Pay the partner for a double use."""
        return self.moved(offline_uses.honour, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: int) -> Response:
        """Let the partner bear a double use."""
        return self.moved(offline_uses.refuse, ReasonSerializer)
