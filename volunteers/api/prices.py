"""What a point is worth to a partner: agreed and taken back by staff, read by the partner's clerks."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from volunteers.models import PartnerPrice
from volunteers.services import prices


class PartnerPriceSerializer(serializers.ModelSerializer):
    class Meta:
        model = PartnerPrice
        fields = ["id", "region", "partner", "yuan", "starts_on", "status"]
        read_only_fields = ["region", "status"]
        extra_kwargs: ClassVar = {"yuan": {"min_value": Decimal("0.0001")}}


class PartnerPriceViewSet(ReadOnlyScopedViewSet):
    queryset = PartnerPrice.objects.all()
    serializer_class = PartnerPriceSerializer
    filterset_fields = {
        "region__code": ["exact", "startswith"],
        "partner": ["exact"],
        "status": ["exact"],
        "starts_on": ["gte", "lte"],
    }
    perms = {
        "list": "volunteers.view_partnerprice",
        "retrieve": "volunteers.view_partnerprice",
        "create": "volunteers.add_partnerprice",
        "withdraw": "volunteers.withdraw_partnerprice",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        """Agree on what a point is worth to a partner from a day on."""
        data = self.valid()
        self.check_region(data["partner"].region, self.perms["create"])
        return self.represent(prices.agree(data.pop("partner"), by=request.user, **data), status=201)

    @extend_schema(request=ReasonSerializer, responses=PartnerPriceSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take back a price that was entered wrongly, with the reason."""
        return self.moved(prices.withdraw, ReasonSerializer)
