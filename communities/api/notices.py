"""通知 in the API: one's own, and reading them."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.models import Notice
from communities.services import notices

from .viewsets import ReadOnlyScopedViewSet


class NoticeSerializer(serializers.ModelSerializer):
    text = serializers.CharField(read_only=True)

    class Meta:
        model = Notice
        fields = ["id", "text", "kind", "region", "url", "at", "read_at"]


class NoticeFilter(django_filters.FilterSet):
    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notice
        fields = ["unread", "kind", "region"]


class NoticeViewSet(ReadOnlyScopedViewSet):
    """What the signed-in person was told, in their language."""

    queryset = Notice.objects.with_words()
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter
    perms = dict.fromkeys(["list", "retrieve", "read", "read_all"], "communities.view_notice")

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: Any = None) -> Response:
        """Mark as read."""
        notice = self.get_object()
        notices.read(notice, by=request.user)
        notice.refresh_from_db()
        return self.represent(notice)

    @extend_schema(request=None, responses=inline_serializer("ReadAll", {"read": serializers.IntegerField()}))
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        """Mark everything as read; how many there were."""
        return Response({"read": notices.read_all(request.user, by=request.user)})
