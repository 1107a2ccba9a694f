"""Paid work: entered by staff or the team; the person may object to what a team entered, staff decide."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from communities.models import Region
from volunteers.models import PaidWork
from volunteers.services import paid_work, volunteers


class PaidWorkSerializer(serializers.ModelSerializer):
    volunteer = serializers.CharField(source="volunteer.number", max_length=12, help_text="volunteer number")
    name = serializers.CharField(source="volunteer.masked_name", read_only=True)
    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.all(), help_text="where the team works")

    class Meta:
        model = PaidWork
        fields = ["id", "region", "volunteer", "name", "started_at", "ended_at", "agreement", "by_team", "status"]
        read_only_fields = ["by_team", "status"]


class PaidWorkViewSet(ReadOnlyScopedViewSet):
    queryset = PaidWork.objects.select_related("volunteer")
    serializer_class = PaidWorkSerializer
    filterset_fields = {
        "region__code": ["exact", "startswith"],
        "volunteer__number": ["exact"],
        "status": ["exact"],
        "started_at": ["gte", "lt"],
    }
    perms = {
        "list": "volunteers.view_paidwork",
        "retrieve": "volunteers.view_paidwork",
        "create": "volunteers.add_paidwork",
        "object": "volunteers.object_to_paidwork",
        "confirm": "volunteers.confirm_paidwork",
        "withdraw": "volunteers.withdraw_paidwork",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        data = self.valid()
        self.check_region(data["region"], self.perms["create"])
        volunteer = volunteers.with_number(data.pop("volunteer")["number"])
        return self.represent(paid_work.enter(volunteer, by=request.user, **data), status=201)

    @extend_schema(request=ReasonSerializer, responses=PaidWorkSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def object(self, request: Request, pk: int) -> Response:
        """Say that one was not paid then; it does not count until staff have decided."""
        return self.moved(paid_work.object_to, ReasonSerializer)

    @extend_schema(request=ReasonSerializer, responses=PaidWorkSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Request, pk: int) -> Response:
        """Let an entry stand to which the person objected."""
        return self.moved(paid_work.confirm, ReasonSerializer)

    @extend_schema(request=ReasonSerializer, responses=PaidWorkSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take an entry back that was wrong."""
        return self.moved(paid_work.withdraw, ReasonSerializer)
