"""Odd patterns in attendance, and what staff decided on them."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import OptionalReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet
from volunteers.models import Oddity
from volunteers.services import oddities


class OdditySerializer(serializers.ModelSerializer):
    says = serializers.CharField(read_only=True, help_text="the reason in words")

    class Meta:
        model = Oddity
        fields = ["id", "region", "kind", "says", "figures", "stays", "volunteer", "status", "found_at"]
        read_only_fields = fields


class NotFineSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)
    stays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        default=list,
        max_length=1000,
        help_text="those of the pattern whose hours are not accepted; their points go back",
    )


class OddityViewSet(ReadOnlyScopedViewSet):
    queryset = Oddity.objects.prefetch_related("stays")
    serializer_class = OdditySerializer
    filterset_fields = {"status": ["exact"], "kind": ["exact"], "region__code": ["exact", "startswith"]}
    perms = {
        "list": "volunteers.view_oddity",
        "retrieve": "volunteers.view_oddity",
        "clear": "volunteers.decide_oddity",
        "reject": "volunteers.decide_oddity",
    }

    @extend_schema(request=OptionalReasonSerializer, responses=OdditySerializer)
    @action(detail=True, methods=["post"], serializer_class=OptionalReasonSerializer)
    def clear(self, request: Request, pk: int) -> Response:
        """Looked at: fine."""
        oddity = self.get_object()
        oddities.clear(oddity, by=request.user, **self.valid(OptionalReasonSerializer))
        return Response(OdditySerializer(oddity).data)

    @extend_schema(request=NotFineSerializer, responses=OdditySerializer)
    @action(detail=True, methods=["post"], serializer_class=NotFineSerializer)
    def reject(self, request: Request, pk: int) -> Response:
        """Looked at: not fine, with the reason; named stays are not accepted."""
        oddity = self.get_object()
        oddities.reject(oddity, by=request.user, **self.valid(NotFineSerializer))
        return Response(OdditySerializer(oddity).data)
