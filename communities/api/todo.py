"""今日待办 in the API: the console's front page is fed by it."""

from __future__ import annotations

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from communities.coming import coming_for
from communities.todo import waiting_for


class TodoSerializer(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, as DRF allows
    count = serializers.IntegerField(help_text="at most 99")
    is_more = serializers.BooleanField()
    url = serializers.CharField()
    oldest = serializers.DateTimeField(allow_null=True)


class ComingSerializer(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, as DRF allows
    thing = serializers.CharField()
    on = serializers.DateField()
    at = serializers.DateTimeField(allow_null=True, help_text="null: the whole day")
    url = serializers.CharField()


class TodoViewSet(ViewSet):
    """What waits for the signed-in person today, and what comes next."""

    perms = {"list": "communities.view_todo", "coming": "communities.view_todo"}

    @extend_schema(responses=TodoSerializer(many=True))
    def list(self, request: Request) -> Response:
        entries = waiting_for(request.user)
        return Response({"results": TodoSerializer(entries, many=True).data})

    @extend_schema(responses=ComingSerializer(many=True))
    @action(detail=False)
    def coming(self, request: Request) -> Response:
        """What ends or begins in the next two weeks."""
        entries = coming_for(request.user, at=now())
        return Response({"results": ComingSerializer(entries, many=True).data})
