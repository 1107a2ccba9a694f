"""Partners and what they offer for points."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from volunteers.models import Partner, Reward
from volunteers.services import partners, redemptions, rewards

from .people import volunteer_of
from .redemptions import RedemptionSerializer


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


class RewardSerializer(serializers.ModelSerializer):
    partner_name = serializers.CharField(source="partner.__str__", read_only=True)

    class Meta:
        model = Reward
        fields = [
            *["id", "region", "partner", "partner_name", "title", "title_en", "about", "about_en"],
            *["points", "stock", "limit_per_person", "valid_until", "status"],
        ]
        read_only_fields = ["status"]


class StockSerializer(serializers.Serializer):
    pieces = serializers.IntegerField(min_value=-1_000_000, max_value=1_000_000)
    reason = serializers.CharField(max_length=2000)


class KeySerializer(serializers.Serializer):
    key = serializers.CharField(max_length=64, required=False, help_text="or the header Idempotency-Key")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        key = self.context["request"].headers.get("Idempotency-Key", "")[:64] or attrs.get("key")
        if not key:
            raise serializers.ValidationError({"key": self.fields["key"].error_messages["required"]})
        return {"key": key}


class RewardViewSet(ReadOnlyScopedViewSet):
    queryset = Reward.objects.select_related("partner")
    serializer_class = RewardSerializer
    filterset_fields = {
        "region__code": ["exact", "startswith"],
        "partner": ["exact"],
        "status": ["exact"],
        "points": ["lte"],
        "valid_until": ["gte", "lte"],
    }
    perms = {
        "list": "volunteers.view_reward",
        "retrieve": "volunteers.view_reward",
        "create": "volunteers.add_reward",
        "partial_update": "volunteers.change_reward",
        "offer": "volunteers.run_reward",
        "close": "volunteers.run_reward",
        "restock": "volunteers.run_reward",
        "redeem": "volunteers.redeem_reward",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        data = self.valid()
        self.check_region(data["region"], self.perms["create"])
        self.check_region(data["partner"].region, self.perms["create"])
        return self.represent(rewards.draft(Reward(**data), by=request.user), status=201)

    def partial_update(self, request: Request, pk: int) -> Response:
        reward = self.get_object()
        serializer = self.get_serializer(reward, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        fields = {k: v for k, v in serializer.validated_data.items() if k not in {"region", "partner", "stock"}}
        return self.represent(rewards.edit(reward, by=request.user, **fields))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def offer(self, request: Request, pk: int) -> Response:
        return self._moved(rewards.offer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: int) -> Response:
        return self._moved(rewards.close)

    @extend_schema(request=StockSerializer, responses=RewardSerializer)
    @action(detail=True, methods=["post"], serializer_class=StockSerializer)
    @idempotent
    def restock(self, request: Request, pk: int) -> Response:
        return self._moved(rewards.restock, **self.valid(StockSerializer))

    @extend_schema(request=KeySerializer, responses={201: RedemptionSerializer})
    @action(detail=True, methods=["post"], serializer_class=KeySerializer)
    @idempotent
    def redeem(self, request: Request, pk: int) -> Response:
        """Exchange points for this reward: once for each key, however often it is sent."""
        reward, key = self.get_object(), self.valid(KeySerializer)["key"]
        redemption = redemptions.redeem(reward, volunteer=volunteer_of(request), key=key, by=request.user)
        return Response(RedemptionSerializer(redemption, context={"request": request}).data, status=201)

    def _moved(self, service: Any, **fields: Any) -> Response:
        reward = self.get_object()
        service(reward, by=self.request.user, **fields)
        return Response(RewardSerializer(reward).data)
