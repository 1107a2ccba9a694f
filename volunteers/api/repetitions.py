"""Repetitions: begun at an activity (`activities/7/repeat/`), read and stopped here."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import ReadOnlyScopedViewSet
from volunteers.models import Repetition
from volunteers.services import repetitions


class RepetitionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Repetition
        fields = ["id", "region", "pattern", "every", "interval", "until", "made_until", "status"]
        read_only_fields = ["region", "pattern", "made_until", "status"]


class StopSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)
    cancel_coming = serializers.BooleanField(default=False, help_text="also call off what is made and has not begun")


class RepetitionViewSet(ReadOnlyScopedViewSet):
    queryset = Repetition.objects.all()
    serializer_class = RepetitionSerializer
    filterset_fields = {"region__code": ["exact", "startswith"], "status": ["exact"]}
    perms = {
        "list": "volunteers.view_repetition",
        "retrieve": "volunteers.view_repetition",
        "stop": "volunteers.run_activity",
    }

    @extend_schema(request=StopSerializer, responses=RepetitionSerializer)
    @action(detail=True, methods=["post"], serializer_class=StopSerializer)
    def stop(self, request: Request, pk: int) -> Response:
        repetition, data = self.get_object(), self.valid(StopSerializer)
        repetitions.stop(repetition, by=request.user, **data)
        return Response(RepetitionSerializer(repetition).data)
