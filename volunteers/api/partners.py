"""Partners: who honours points, who accepts vouchers for them, and what a month comes to."""

from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from communities.models import Refused
from volunteers.models import Partner, Settlement
from volunteers.services import partners, statements


class PartnerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Partner
        fields = ["id", "region", "name", "name_en", "address", "telephone", "status"]
        read_only_fields = ["status"]


class ClerkSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=64)
    phone = serializers.CharField(max_length=32)


class FormerClerkSerializer(serializers.Serializer):
    phone = serializers.CharField(max_length=32)
    reason = serializers.CharField(max_length=500)


@extend_schema_field(OpenApiTypes.STR)
class MonthField(serializers.Field):
    """A month as 2026-08."""

    def to_internal_value(self, data: Any) -> date:
        try:
            return statements.month_named(str(data))
        except Refused as no:
            raise serializers.ValidationError(str(no)) from None

    def to_representation(self, value: date) -> str:
        return f"{value:%Y-%m}"


class MonthSerializer(serializers.Serializer):
    month = MonthField()


class SettleSerializer(MonthSerializer):
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class SettlementSerializer(serializers.ModelSerializer):
    month = MonthField(read_only=True)

    class Meta:
        model = Settlement
        fields = ["id", "region", "partner", "month", "vouchers", "points", "amount", "content_hash", "note", "at"]
        read_only_fields = fields


class StatementRowSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    code = serializers.CharField(help_text="the last four of the voucher's code")
    reward = serializers.IntegerField()
    title = serializers.CharField()
    title_en = serializers.CharField()
    points = serializers.IntegerField()
    is_double = serializers.BooleanField(help_text="a double use that staff decided to pay")
    price = serializers.DecimalField(6, 4, allow_null=True, help_text="yuan a point on that day; null: none agreed")
    yuan = serializers.DecimalField(18, 4, allow_null=True, help_text="what the voucher is worth, exactly")


class StatementSerializer(serializers.Serializer):
    month = MonthField()
    rows = StatementRowSerializer(many=True)
    points = serializers.IntegerField()
    unpriced = serializers.IntegerField(help_text="points without a price, which have no part in the amount")
    exact = serializers.DecimalField(18, 4, allow_null=True, help_text="the sum of all rows in yuan")
    amount = serializers.DecimalField(
        18, 2, allow_null=True, help_text="to be paid: the exact sum, rounded once, half up to the fen; null: no price"
    )
    settlement = SettlementSerializer(allow_null=True)


class PartnerViewSet(ReadOnlyScopedViewSet):
    queryset = Partner.objects.all()
    serializer_class = PartnerSerializer
    filterset_fields = {"region__code": ["exact", "startswith"], "status": ["exact"]}
    perms = {
        "list": "volunteers.view_partner",
        "retrieve": "volunteers.view_partner",
        "create": "volunteers.add_partner",
        "suspend": "volunteers.run_partner",
        "resume": "volunteers.run_partner",
        "add_clerk": "volunteers.run_partner",
        "remove_clerk": "volunteers.run_partner",
        "statement": "volunteers.reckon_partner",
        "settle": "volunteers.settle_partner",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        data = self.valid()
        self.check_region(data["region"], self.perms["create"])
        return self.represent(partners.enrol(Partner(**data), by=request.user), status=201)

    @extend_schema(request=ReasonSerializer, responses=PartnerSerializer)
    @action(detail=True, methods=["post"], serializer_class=ReasonSerializer)
    def suspend(self, request: Request, pk: int) -> Response:
        partner = self.get_object()
        partners.suspend(partner, by=request.user, **self.valid(ReasonSerializer))
        return Response(PartnerSerializer(partner).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: int) -> Response:
        return self.moved(partners.resume)

    @extend_schema(request=ClerkSerializer, responses={201: PartnerSerializer})
    @action(detail=True, methods=["post"], url_path="add-clerk", serializer_class=ClerkSerializer)
    def add_clerk(self, request: Request, pk: int) -> Response:
        partner, data = self.get_object(), self.valid(ClerkSerializer)
        partners.add_clerk(partner, name=data["name"], phone=data["phone"], by=request.user)
        return Response(PartnerSerializer(partner).data, status=201)

    @extend_schema(request=FormerClerkSerializer, responses=PartnerSerializer)
    @action(detail=True, methods=["post"], url_path="remove-clerk", serializer_class=FormerClerkSerializer)
    def remove_clerk(self, request: Request, pk: int) -> Response:
        partner, data = self.get_object(), self.valid(FormerClerkSerializer)
        partners.remove_clerk_with_phone(partner, by=request.user, **data)
        return Response(PartnerSerializer(partner).data)

    @extend_schema(parameters=[OpenApiParameter("month", str, description="2026-08")], responses=StatementSerializer)
    @action(detail=True)
    def statement(self, request: Request, pk: int) -> Response:
        """What the vouchers of a month come to: as it is now, or as it was settled."""
        partner = self.get_object()
        asked = MonthSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(StatementSerializer(statements.of(partner, month=asked.validated_data["month"])).data)

    @extend_schema(request=SettleSerializer, responses={201: SettlementSerializer})
    @action(detail=True, methods=["post"], serializer_class=SettleSerializer)
    @idempotent
    def settle(self, request: Request, pk: int) -> Response:
        """Freeze the statement of a month that is over."""
        made = statements.settle(self.get_object(), by=request.user, **self.valid(SettleSerializer))
        return Response(SettlementSerializer(made).data, status=201)


class SettlementViewSet(ReadOnlyScopedViewSet):
    """结清: the months that were settled, with the fingerprint of their rows."""

    queryset = Settlement.objects.all()
    serializer_class = SettlementSerializer
    filterset_fields = {"partner": ["exact"], "month": ["exact", "gte", "lte"]}
    perms = {"list": "volunteers.view_settlement", "retrieve": "volunteers.view_settlement"}
