"""Reservations: one's own, and those of the places where one works."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import ReadOnlyScopedViewSet
from volunteers.models import Reservation
from volunteers.services import reservations


class ReservationSerializer(serializers.ModelSerializer):
    volunteer = serializers.CharField(source="volunteer.number", read_only=True)
    name = serializers.CharField(source="volunteer.masked_name", read_only=True)
    reward_title = serializers.CharField(source="reward.__str__", read_only=True)

    class Meta:
        model = Reservation
        fields = ["id", "reward", "reward_title", "volunteer", "name", "held_until", "status"]
        read_only_fields = fields


class ReservationViewSet(ReadOnlyScopedViewSet):
    queryset = Reservation.objects.select_related("volunteer", "reward")
    serializer_class = ReservationSerializer
    filterset_fields = {"reward": ["exact"], "status": ["exact"], "held_until": ["gte", "lt"]}
    perms = {
        "list": "volunteers.view_reservation",
        "retrieve": "volunteers.view_reservation",
        "give_up": "volunteers.withdraw_reservation",
    }

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="give-up")
    def give_up(self, request: Request, pk: int) -> Response:
        """Let others have the piece."""
        return self.moved(reservations.give_up)
