"""Projects through the API: proposed and edited by their team, checked by the community."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from projects.models import BudgetLine, Milestone, Project
from projects.services import agreements, projects, public_notices, withdrawals
from teams.models import CooperationMode, Field, RecruitmentCall, Scene, Team

from .agreements import AgreementSerializer, TermsSerializer
from .public_notices import PublicNoticeSerializer


class BudgetLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = BudgetLine
        fields = ["purpose", "amount", "source"]
        extra_kwargs: ClassVar = {"amount": {"min_value": Decimal("0.01")}}


class MilestoneSerializer(serializers.ModelSerializer):
    class Meta:
        model = Milestone
        fields = ["id", "title", "due_on", "evidence"]


class ProjectSerializer(serializers.ModelSerializer):
    region = serializers.CharField(source="region.code", read_only=True)
    lines = BudgetLineSerializer(many=True, required=False)
    milestones = MilestoneSerializer(many=True, required=False)
    total = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    requested = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    scene = serializers.SlugRelatedField(slug_field="code", queryset=Scene.objects.active())
    field = serializers.SlugRelatedField(slug_field="code", queryset=Field.objects.active())
    mode = serializers.SlugRelatedField(slug_field="code", queryset=CooperationMode.objects.active())
    brand_grade = serializers.CharField(read_only=True, default=None, allow_null=True)
    comes_first = serializers.BooleanField(read_only=True, default=False)

    class Meta:
        model = Project
        fields = [
            "id",
            "region",
            "team",
            "call",
            "status",
            "title",
            "scene",
            "field",
            "mode",
            "goals",
            "beneficiaries",
            "plan",
            "charges",
            "charge_amount",
            "charge_reason",
            "share_returned",
            "lines",
            "milestones",
            "total",
            "requested",
            "last_grade",
            "last_graded_at",
            "brand_grade",
            "comes_first",
        ]
        read_only_fields = ["status", "last_grade", "last_graded_at"]
        extra_kwargs: ClassVar = {"share_returned": {"max_value": 100}}

    def get_fields(self) -> Any:
        """Team and call are chosen among what the person may use, and once only."""
        fields = super().get_fields()
        if self.instance is not None:
            fields["team"].read_only = fields["call"].read_only = True
            return fields
        user = self.context["request"].user
        fields["team"].queryset = Team.objects.for_user(user, "projects.propose_project")
        fields["call"].queryset = RecruitmentCall.objects.public()
        return fields


class ProjectFilter(django_filters.FilterSet):
    """`comes_first`: of teams that come first by the word of the project's call."""

    comes_first = django_filters.BooleanFilter()

    class Meta:
        model = Project
        fields: ClassVar = {
            "region__code": ["exact", "startswith"],
            "status": ["exact", "in"],
            "team": ["exact"],
            "call": ["exact"],
            "scene__code": ["exact"],
            "field__code": ["exact"],
            "mode__code": ["exact"],
            "last_grade": ["exact", "in"],
            "title": ["icontains"],
        }


class NoticeDaysSerializer(serializers.Serializer):
    working_days = serializers.IntegerField(min_value=1, max_value=60, default=5)


class ProjectViewSet(ReadOnlyScopedViewSet):
    queryset = (
        Project.objects.with_priority()
        .select_related("region", "scene", "field", "mode")
        .prefetch_related("lines", "milestones")
    )
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter
    perms: ClassVar = {
        "list": "projects.view_project",
        "retrieve": "projects.view_project",
        "create": "projects.propose_project",
        "partial_update": "projects.write_project",
        "submit": "projects.submit_project",
        "withdraw": "projects.withdraw_project",
        "accept": "projects.check_project",
        "return_": "projects.check_project",
        "publish_notice": "projects.publish_publicnotice",
        "draft_agreement": "projects.draft_agreement",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        said = self.valid()
        project = projects.propose(said.pop("team"), by=request.user, **said)
        return self.represent(project, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        project = self.get_object()
        serializer = self.get_serializer(project, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        projects.edit(project, by=request.user, **serializer.validated_data)
        return self.represent(Project.objects.get(pk=project.pk))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request: Request, pk: str) -> Response:
        return self.moved(projects.submit)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self.moved(withdrawals.withdraw, ReasonSerializer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        return self.moved(projects.accept)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def return_(self, request: Request, pk: str) -> Response:
        return self.moved(projects.return_, ReasonSerializer)

    @extend_schema(request=NoticeDaysSerializer, responses={201: PublicNoticeSerializer})
    @action(detail=True, methods=["post"], url_path="publish-notice")
    @idempotent
    def publish_notice(self, request: Request, pk: str) -> Response:
        notice = public_notices.publish(self.get_object(), by=request.user, **self.valid(NoticeDaysSerializer))
        return Response(PublicNoticeSerializer(notice).data, status=201)

    @extend_schema(request=TermsSerializer, responses={201: AgreementSerializer})
    @action(detail=True, methods=["post"], url_path="draft-agreement")
    @idempotent
    def draft_agreement(self, request: Request, pk: str) -> Response:
        agreement = agreements.draft(self.get_object(), by=request.user, **self.valid(TermsSerializer))
        return Response(AgreementSerializer(agreement, context=self.get_serializer_context()).data, status=201)
