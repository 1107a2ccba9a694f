"""Sign-ups: one's own, and for staff those of their place."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import ReadOnlyScopedViewSet
from volunteers.models import Signup
from volunteers.services import signups


class SignupSerializer(serializers.ModelSerializer):
    volunteer = serializers.CharField(source="volunteer.number", read_only=True)
    name = serializers.CharField(source="volunteer.masked_name", read_only=True)

    class Meta:
        model = Signup
        fields = ["id", "activity", "volunteer", "name", "status", "place_number", "queued_at"]
        read_only_fields = fields


class SignupViewSet(ReadOnlyScopedViewSet):
    queryset = Signup.objects.select_related("volunteer")
    serializer_class = SignupSerializer
    filterset_fields = ["activity", "status", "volunteer__number"]
    perms = {
        "list": "volunteers.view_signup",
        "retrieve": "volunteers.view_signup",
        "withdraw": "volunteers.withdraw_signup",
    }

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: int) -> Response:
        return self.moved(signups.withdraw)
