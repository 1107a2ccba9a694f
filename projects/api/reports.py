"""Milestones and their reports through the API."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.parsers import BoundedJSONParser
from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from projects.models import Milestone, MilestoneReport
from projects.services import reports


class DatedMilestoneSerializer(serializers.ModelSerializer):
    region = serializers.CharField(source="project.region.code", read_only=True)

    class Meta:
        model = Milestone
        fields = ["id", "region", "project", "title", "due_on", "evidence"]


class MilestoneReportSerializer(serializers.ModelSerializer):
    region = serializers.CharField(source="region.code", read_only=True)
    project = serializers.IntegerField(source="milestone.project_id", read_only=True)

    class Meta:
        model = MilestoneReport
        fields = [
            "id",
            "region",
            "project",
            "milestone",
            "status",
            "text",
            "people_served",
            "events_held",
            "money_spent",
            "reported_at",
        ]
        read_only_fields = ["milestone", "status", "reported_at"]
        extra_kwargs: ClassVar = {"money_spent": {"min_value": 0}}


class NewReportSerializer(MilestoneReportSerializer):
    """A report with its photos (JPEG or PNG), sent as multipart; without any, JSON does."""

    photos = serializers.ListField(child=serializers.FileField(max_length=255), max_length=20, required=False)

    class Meta(MilestoneReportSerializer.Meta):
        fields = [*MilestoneReportSerializer.Meta.fields, "photos"]


class MilestoneViewSet(ReadOnlyScopedViewSet):
    queryset = Milestone.objects.select_related("project__region")
    serializer_class = DatedMilestoneSerializer
    filterset_fields: ClassVar = {
        "project": ["exact"],
        "project__region__code": ["exact", "startswith"],
        "due_on": ["gte", "lte"],
        "reports__status": ["exact"],
    }
    perms: ClassVar = {
        "list": "projects.view_milestone",
        "retrieve": "projects.view_milestone",
        "report": "projects.report_milestone",
    }

    @extend_schema(
        request={"multipart/form-data": NewReportSerializer, "application/json": MilestoneReportSerializer},
        responses={201: MilestoneReportSerializer},
    )
    @action(detail=True, methods=["post"], parser_classes=[BoundedJSONParser, MultiPartParser])
    @idempotent
    def report(self, request: Request, pk: str) -> Response:
        said = self.valid(NewReportSerializer)
        made = reports.report(self.get_object(), by=request.user, **said)
        return Response(MilestoneReportSerializer(made).data, status=201)


class MilestoneReportViewSet(ReadOnlyScopedViewSet):
    queryset = MilestoneReport.objects.select_related("region", "milestone")
    serializer_class = MilestoneReportSerializer
    filterset_fields: ClassVar = {
        "region__code": ["exact", "startswith"],
        "status": ["exact", "in"],
        "milestone": ["exact"],
        "milestone__project": ["exact"],
    }
    perms: ClassVar = {
        "list": "projects.view_milestonereport",
        "retrieve": "projects.view_milestonereport",
        "confirm": "projects.check_milestonereport",
        "return_": "projects.check_milestonereport",
    }

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        return self.moved(reports.confirm)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def return_(self, request: Request, pk: str) -> Response:
        return self.moved(reports.return_, ReasonSerializer)
