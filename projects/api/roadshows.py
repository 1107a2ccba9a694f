"""Roadshows through the API: public to read, planned and moved by the community's staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent, signed_in
from communities.models import Region
from projects.models import Presentation, Project, Roadshow, RoadshowEntry
from projects.services import presentations, roadshows


class RoadshowEntrySerializer(serializers.ModelSerializer):
    title = serializers.CharField(source="project.title", read_only=True)
    team = serializers.CharField(source="project.team.name", read_only=True)
    brand_grade = serializers.CharField(source="project.brand_grade", read_only=True, allow_null=True)
    comes_first = serializers.BooleanField(source="project.comes_first", read_only=True)

    class Meta:
        model = RoadshowEntry
        fields = ["order", "project", "title", "team", "brand_grade", "comes_first"]


class RoadshowSerializer(serializers.ModelSerializer):
    region = serializers.SlugRelatedField(slug_field="code", queryset=Region.objects.communities())
    entries = RoadshowEntrySerializer(many=True, read_only=True)

    class Meta:
        model = Roadshow
        fields = [
            "id",
            "region",
            "status",
            "title",
            "place",
            "starts_at",
            "minutes_to_speak",
            "minutes_to_answer",
            "entries",
        ]
        read_only_fields = ["status"]


class OrderSerializer(serializers.Serializer):
    """The projects in order of presentation; who is left out is taken off the programme."""

    projects = serializers.ListField(child=serializers.IntegerField(), max_length=200)

    def validate_projects(self, value: list[int]) -> list[int]:
        if len(set(value)) < len(value):
            raise serializers.ValidationError(_("A project is named twice."))
        return value


class SeedSerializer(serializers.Serializer):
    """Drawn in public, so that anyone can repeat the lot."""

    seed = serializers.CharField(max_length=100)


class StageSerializer(serializers.ModelSerializer):
    """Who presents from now on: a project of the programme, or nobody."""

    project = serializers.PrimaryKeyRelatedField(
        queryset=Project.objects.filter(roadshow_entries__roadshow__status=Roadshow.Status.ANNOUNCED).distinct(),
        allow_null=True,
        default=None,
    )

    class Meta:
        model = Presentation
        fields = ["phase", "project", "started_at"]
        read_only_fields = ["started_at"]


class RoadshowViewSet(ReadOnlyScopedViewSet):
    queryset = Roadshow.objects.select_related("region").prefetch_related(
        Prefetch("entries__project", queryset=Project.objects.with_priority().select_related("team"))
    )
    serializer_class = RoadshowSerializer
    lookup_value_regex = r"\d+"
    filterset_fields: ClassVar = {
        "region__code": ["exact", "startswith"],
        "status": ["exact", "in"],
        "starts_at": ["gte", "lte"],
        "title": ["icontains"],
    }
    perms: ClassVar = {
        "list": "projects.view_roadshow",
        "retrieve": "projects.view_roadshow",
        "create": "projects.add_roadshow",
        "partial_update": "projects.change_roadshow",
        "arrange": "projects.change_roadshow",
        "draw_order": "projects.change_roadshow",
        "announce": "projects.run_roadshow",
        "hold": "projects.run_roadshow",
        "cancel": "projects.run_roadshow",
        "present": "projects.run_roadshow",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        said = self.valid()
        self.check_region(said["region"], "projects.add_roadshow")
        return self.represent(roadshows.plan(said.pop("region"), by=request.user, **said), status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        roadshow = self.get_object()
        serializer = self.get_serializer(roadshow, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        said = serializer.validated_data
        said.pop("region", None)
        roadshows.edit(roadshow, by=request.user, **said)
        return self.represent(roadshow)

    @extend_schema(request=OrderSerializer)
    @action(detail=True, methods=["post"])
    def arrange(self, request: Request, pk: str) -> Response:
        roadshow, numbers = self.get_object(), self.valid(OrderSerializer)["projects"]
        possible = {project.pk: project for project in roadshows.candidates(roadshow)}
        if unknown := [number for number in numbers if number not in possible]:
            raise serializers.ValidationError({"projects": _("These cannot be presented here: %s") % unknown})
        roadshows.arrange(roadshow, order=[possible[number] for number in numbers], by=request.user)
        return self.represent(roadshow)

    @extend_schema(request=SeedSerializer)
    @action(detail=True, methods=["post"], url_path="draw-order")
    def draw_order(self, request: Request, pk: str) -> Response:
        return self.moved(roadshows.draw_order, SeedSerializer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def announce(self, request: Request, pk: str) -> Response:
        return self.moved(roadshows.announce)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str) -> Response:
        return self.moved(roadshows.hold)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self.moved(roadshows.cancel, ReasonSerializer)

    def represent(self, obj: Any, status: int = 200) -> Response:
        """With its programme as that stands now."""
        return super().represent(self.queryset.all().get(pk=obj.pk), status=status)

    @extend_schema(request=StageSerializer, responses=StageSerializer)
    @action(detail=True, methods=["post"])
    def present(self, request: Request, pk: str) -> Response:
        """Say who presents now; screens and minutes follow."""
        said = self.valid(StageSerializer)
        there = presentations.present(self.get_object(), by=signed_in(request), **said)
        return Response(StageSerializer(there).data)
