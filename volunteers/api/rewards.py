"""Partners and what they offer for points."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from volunteers.models import CourseSession, Reward
from volunteers.services import redemptions, reservations, rewards

from .people import volunteer_of
from .redemptions import RedemptionSerializer
from .reservations import ReservationSerializer
from .reward_photos import RewardPhotoSerializer


class RewardSerializer(serializers.ModelSerializer):
    partner_name = serializers.CharField(source="partner.__str__", read_only=True)
    photos = RewardPhotoSerializer(many=True, read_only=True)

    class Meta:
        model = Reward
        fields = [
            *["id", "region", "partner", "partner_name", "title", "title_en", "about", "about_en"],
            *["points", "stock", "limit_per_person", "valid_until", "status", "kind", "limit_per_month"],
            *["days_valid", "hold_hours", "lesson_minutes", "photos"],
        ]
        read_only_fields = ["status"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What belongs together, as the database has it."""
        Reward(**{**_as_is(self.instance), **attrs}).validate_constraints()
        return attrs


def _as_is(reward: Reward | None) -> dict[str, Any]:
    names = ("points", "stock", "hold_hours", "lesson_minutes")
    return {name: getattr(reward, name) for name in names} if reward else {}


class StockSerializer(serializers.Serializer):
    pieces = serializers.IntegerField(min_value=-1_000_000, max_value=1_000_000)
    reason = serializers.CharField(max_length=2000)


class KeySerializer(serializers.Serializer):
    key = serializers.CharField(max_length=64, required=False, help_text="or the header Idempotency-Key")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        key = self.context["request"].headers.get("Idempotency-Key", "")[:64] or attrs.get("key")
        if not key:
            raise serializers.ValidationError({"key": self.fields["key"].error_messages["required"]})
        return {**attrs, "key": key}


class RedeemSerializer(KeySerializer):
    session = serializers.PrimaryKeyRelatedField(
        queryset=CourseSession.objects.select_related("reward"), required=False, help_text="of a course: which class"
    )


class RewardViewSet(ReadOnlyScopedViewSet):
    queryset = Reward.objects.select_related("partner").prefetch_related("photos")
    serializer_class = RewardSerializer
    filterset_fields = {
        "region__code": ["exact", "startswith"],
        "partner": ["exact"],
        "kind__code": ["exact"],
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
        "reserve": "volunteers.redeem_reward",
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

    @extend_schema(request=RedeemSerializer, responses={201: RedemptionSerializer})
    @action(detail=True, methods=["post"], serializer_class=RedeemSerializer)
    @idempotent
    def redeem(self, request: Request, pk: int) -> Response:
        """Exchange points for this reward: once for each key, however often it is sent."""
        reward, said = self.get_object(), self.valid(RedeemSerializer)
        redemption = redemptions.redeem(reward, volunteer=volunteer_of(request), by=request.user, **said)
        return Response(RedemptionSerializer(redemption, context={"request": request}).data, status=201)

    @extend_schema(request=None, responses={201: ReservationSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def reserve(self, request: Request, pk: int) -> Response:
        """Have a piece held for some hours; a second time gives the same reservation."""
        held = reservations.reserve(self.get_object(), volunteer=volunteer_of(request), by=request.user)
        return Response(ReservationSerializer(held).data, status=201)

    def _moved(self, service: Any, **fields: Any) -> Response:
        reward = self.get_object()
        service(reward, by=self.request.user, **fields)
        return Response(RewardSerializer(reward).data)
