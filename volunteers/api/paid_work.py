"""Paid work: entered by staff or the team, read by the person, taken back by staff."""

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
        fields = ["id", "region", "volunteer", "name", "started_at", "ended_at", "agreement", "status"]
        read_only_fields = ["status"]


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
        "withdraw": "volunteers.withdraw_paidwork",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        data = self.valid()
        self.check_region(data["region"], self.perms["create"])
        volunteer = volunteers.with_number(data.pop("volunteer")["number"])
        return self.represent(paid_work.enter(volunteer, by=request.user, **data), status=201)

    @extend_schema(request=ReasonSerializer, responses=PaidWorkSerializer)
    @action(detail=True, methods=["post"], serializer_class=ReasonSerializer)
    def withdraw(self, request: Request, pk: int) -> Response:
        work = self.get_object()
        paid_work.withdraw(work, by=request.user, **self.valid(ReasonSerializer))
        return Response(PaidWorkSerializer(work).data)
