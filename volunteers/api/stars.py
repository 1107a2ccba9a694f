"""Stars: the rules are public, who has them is known to staff and to oneself."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from communities.models import Region
from volunteers.models import StarAward, StarRule
from volunteers.services import stars


class StarRuleSerializer(serializers.ModelSerializer):
    class Meta:
        model = StarRule
        fields = ["id", "level", "hours", "starts_on"]


class StarRuleViewSet(ReadOnlyScopedViewSet):
    queryset = StarRule.objects.order_by()
    serializer_class = StarRuleSerializer
    filterset_fields = {"level": ["exact"], "starts_on": ["gte", "lte"]}
    perms = {
        "list": "volunteers.view_starrule",
        "retrieve": "volunteers.view_starrule",
        "create": "volunteers.add_starrule",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        perm = self.perms["create"]
        self.check_anywhere(perm)
        place = Region.objects.get(code=request.user.codes_granting(perm)[0])
        return self.represent(stars.add_rule(StarRule(**self.valid()), place=place, by=request.user), status=201)


class StarAwardSerializer(serializers.ModelSerializer):
    class Meta:
        model = StarAward
        fields = ["id", "volunteer", "region", "level", "hours", "awarded_on", "status"]
        read_only_fields = fields


class StarAwardViewSet(ReadOnlyScopedViewSet):
    queryset = StarAward.objects.all()
    serializer_class = StarAwardSerializer
    filterset_fields = {"region__code": ["exact", "startswith"], "level": ["exact", "gte"], "status": ["exact"]}
    perms = {"list": "volunteers.view_staraward", "retrieve": "volunteers.view_staraward"}
