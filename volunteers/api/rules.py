"""Points rules: public, so that everybody can check what service is worth."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from volunteers.models import PointsRule
from volunteers.services import rules


class PointsRuleSerializer(serializers.ModelSerializer):
    class Meta:
        model = PointsRule
        fields = [
            *["id", "region", "kind", "role", "points_per_hour", "rounding_minutes", "night_percent", "heat_percent"],
            *["heat_from", "heat_until", "cap_a_day", "cap_a_month", "months_valid", "gifts_a_month"],
            *["starts_on", "ends_on"],
        ]


class EndSerializer(serializers.Serializer):
    ends_on = serializers.DateField()
    reason = serializers.CharField(allow_blank=True, default="")


class PointsRuleViewSet(ReadOnlyScopedViewSet):
    queryset = PointsRule.objects.all()
    serializer_class = PointsRuleSerializer
    filterset_fields = {"region__code": ["exact", "startswith"], "kind": ["exact"], "starts_on": ["gte", "lte"]}
    perms = {
        "list": "volunteers.view_pointsrule",
        "retrieve": "volunteers.view_pointsrule",
        "create": "volunteers.add_pointsrule",
        "end": "volunteers.end_pointsrule",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        data = self.valid()
        self.check_region(data["region"], self.perms["create"])
        return self.represent(rules.add(PointsRule(**data), by=request.user), status=201)

    @extend_schema(request=EndSerializer, responses=PointsRuleSerializer)
    @action(detail=True, methods=["post"], serializer_class=EndSerializer)
    def end(self, request: Request, pk: int) -> Response:
        rule = self.get_object()
        rules.end(rule, by=request.user, **self.valid(EndSerializer))
        return Response(PointsRuleSerializer(rule).data)
