"""Points given to pools: public to read, for everybody may know who stands behind the points."""

from __future__ import annotations

import secrets

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from volunteers.models import Funding
from volunteers.services import pools


class FundingSerializer(serializers.ModelSerializer):
    stands = serializers.BooleanField(read_only=True, help_text="false: taken back")

    class Meta:
        model = Funding
        fields = ["id", "region", "sponsor", "points", "basis", "journal", "at", "stands"]
        read_only_fields = ["journal", "at"]
        extra_kwargs = {"points": {"min_value": 1, "max_value": 1_000_000_000}}


class FundingViewSet(ReadOnlyScopedViewSet):
    queryset = Funding.objects.select_related("journal__reversal")
    serializer_class = FundingSerializer
    filterset_fields = {"region__code": ["exact", "startswith"], "at": ["gte", "lt"]}
    perms = {
        "list": "volunteers.view_funding",
        "retrieve": "volunteers.view_funding",
        "create": "volunteers.add_funding",
        "take_back": "volunteers.take_back_funding",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        data = self.valid()
        self.check_region(data["region"], self.perms["create"])
        key = request.headers.get("Idempotency-Key", "")[:64] or secrets.token_urlsafe(16)
        return self.represent(pools.fund(data.pop("region"), key=key, by=request.user, **data), status=201)

    @extend_schema(request=ReasonSerializer, responses=FundingSerializer)
    @action(detail=True, methods=["post"], url_path="take-back", serializer_class=ReasonSerializer)
    def take_back(self, request: Request, pk: int) -> Response:
        funding = self.get_object()
        pools.take_back(funding, by=request.user, **self.valid(ReasonSerializer))
        return Response(FundingSerializer(self.get_object()).data)
