"""Gifts of points: given by their owner, seen by both sides and staff."""

from __future__ import annotations

import secrets

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from volunteers.models import Gift
from volunteers.services import gifts, volunteers

from .people import volunteer_of


class GiftSerializer(serializers.ModelSerializer):
    """Names are masked; the receiver is named by the volunteer number."""

    giver = serializers.CharField(source="giver.number", read_only=True)
    giver_name = serializers.CharField(source="giver.masked_name", read_only=True)
    receiver = serializers.CharField(source="receiver.number", max_length=12, help_text="a volunteer number")
    receiver_name = serializers.CharField(source="receiver.masked_name", read_only=True)
    stands = serializers.BooleanField(read_only=True, help_text="false: taken back")

    class Meta:
        model = Gift
        fields = [
            *["id", "region", "giver", "giver_name", "receiver", "receiver_name"],
            *["points", "relation", "journal", "at", "stands"],
        ]
        read_only_fields = ["region", "journal", "at"]
        extra_kwargs = {"points": {"min_value": 1, "max_value": 1_000_000_000}}


class AllowanceSerializer(serializers.Serializer):
    left_this_month = serializers.IntegerField()


class GiftViewSet(ReadOnlyScopedViewSet):
    queryset = Gift.objects.select_related("giver", "receiver", "journal__reversal")
    serializer_class = GiftSerializer
    filterset_fields = {
        "region__code": ["exact", "startswith"],
        "giver__number": ["exact"],
        "receiver__number": ["exact"],
        "at": ["gte", "lt"],
    }
    perms = {
        "list": "volunteers.view_gift",
        "retrieve": "volunteers.view_gift",
        "create": "volunteers.give_points",
        "allowance": "volunteers.give_points",
        "take_back": "volunteers.take_back_gift",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        """Give points of one's own to another volunteer, where a rule allows it."""
        data, giver = self.valid(), volunteer_of(request)
        receiver = volunteers.with_number(data["receiver"]["number"])
        key = request.headers.get("Idempotency-Key", "")[:64] or secrets.token_urlsafe(16)
        about = {"points": data["points"], "relation": data["relation"], "key": key}
        return self.represent(gifts.give(giver, receiver=receiver, by=giver.user, **about), status=201)

    @extend_schema(responses=AllowanceSerializer, filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def allowance(self, request: Request) -> Response:
        """How many points one may still give away this month."""
        return Response({"left_this_month": gifts.left_this_month(volunteer_of(request), at=now())})

    @extend_schema(request=ReasonSerializer, responses=GiftSerializer)
    @action(detail=True, methods=["post"], url_path="take-back", serializer_class=ReasonSerializer)
    def take_back(self, request: Request, pk: int) -> Response:
        gift = self.get_object()
        gifts.take_back(gift, by=request.user, **self.valid(ReasonSerializer))
        return Response(GiftSerializer(self.get_object()).data)
