"""Public notices and objections through the API."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent, signed_in
from projects.models import Objection, PublicNotice
from projects.services import objections, public_notices


class PublicNoticeSerializer(serializers.ModelSerializer):
    region = serializers.CharField(source="region.code", read_only=True)
    title = serializers.CharField(source="project.title", read_only=True)

    class Meta:
        model = PublicNotice
        fields = ["id", "region", "project", "title", "status", "working_days", "starts_on", "ends_on"]


class ObjectionSerializer(serializers.ModelSerializer):
    region = serializers.CharField(source="region.code", read_only=True)
    author = serializers.SerializerMethodField()

    class Meta:
        model = Objection
        fields = [
            "id",
            "region",
            "notice",
            "status",
            "author",
            "is_anonymous",
            "text",
            "made_at",
            "answer",
            "answered_at",
        ]
        read_only_fields = ["notice", "status", "answer", "answered_at"]

    def get_author(self, objection: Objection) -> str:
        return objection.author_for(self.context["request"].user)


class PublicNoticeViewSet(ReadOnlyScopedViewSet):
    queryset = PublicNotice.objects.select_related("region", "project")
    serializer_class = PublicNoticeSerializer
    filterset_fields: ClassVar = {
        "region__code": ["exact", "startswith"],
        "status": ["exact", "in"],
        "project": ["exact"],
        "ends_on": ["gte", "lte"],
    }
    perms: ClassVar = {
        "list": "projects.view_publicnotice",
        "retrieve": "projects.view_publicnotice",
        "stop": "projects.stop_publicnotice",
        "object": "projects.object_to_publicnotice",
    }

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        return self.moved(public_notices.stop, ReasonSerializer)

    @extend_schema(request=ObjectionSerializer, responses={201: ObjectionSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def object(self, request: Request, pk: str) -> Response:
        """Anybody may object who has signed in; the public does not see who when they ask for that."""
        user, said = signed_in(request), self.valid(ObjectionSerializer)
        made = objections.object_to(self.get_object(), by=user, **said)
        return Response(ObjectionSerializer(made, context=self.get_serializer_context()).data, status=201)


class ObjectionViewSet(ReadOnlyScopedViewSet):
    queryset = Objection.objects.select_related("region", "author")
    serializer_class = ObjectionSerializer
    filterset_fields: ClassVar = {
        "region__code": ["exact", "startswith"],
        "status": ["exact", "in"],
        "notice": ["exact"],
        "notice__project": ["exact"],
    }
    perms: ClassVar = {
        "list": "projects.view_objection",
        "retrieve": "projects.view_objection",
        "uphold": "projects.answer_objection",
        "dismiss": "projects.answer_objection",
    }

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def uphold(self, request: Request, pk: str) -> Response:
        return self.moved(objections.uphold, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        return self.moved(objections.dismiss, ReasonSerializer)
