"""Ratings and the brand library."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet
from evaluations.api.appeals import FilesAppeals
from evaluations.explanation import explain
from evaluations.filters import BrandFilter
from evaluations.models import BrandListing, Rating
from evaluations.rating_file import file_of
from evaluations.services import listings, ratings


class RatingSerializer(serializers.ModelSerializer):
    title = serializers.CharField(source="project.title", read_only=True)
    appeal = serializers.SerializerMethodField()

    class Meta:
        model = Rating
        fields = ["id", "region", "round", "project", "title", "status", "total", "grade", "final_at", "appeal"]
        read_only_fields = fields

    def get_appeal(self, rating: Rating) -> str:
        """How an appeal against this grade was decided: upheld, dismissed, or nothing."""
        return rating.decided_appeal.status if rating.decided_appeal else ""


class RatingViewSet(FilesAppeals, ReadOnlyScopedViewSet):
    """Grades: final ones are public; the figures behind them are for the team and the staff."""

    queryset = Rating.objects.select_related("project", "region", "round__scheme").prefetch_related("appeals")
    serializer_class = RatingSerializer
    filterset_fields = ["region", "round", "project", "project__team", "status", "grade"]
    perms = {
        "list": "evaluations.view_rating",
        "retrieve": "evaluations.view_rating",
        "explanation": "evaluations.explain_rating",
        "appeal": "evaluations.file_appeal",
        "marks": "evaluations.explain_rating",
        "leave_out": "evaluations.leave_out_rating",
        "withdraw": "evaluations.withdraw_rating",
    }

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def explanation(self, request: Request, pk: str) -> Response:
        """Every indicator, group figure, dropped mark and rounding behind a grade; no names."""
        return Response(explain(self.get_object()).as_dict())

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def marks(self, request: Request, pk: str) -> Response:
        """The scheme and the marks that count, in the format of `manage.py score`; members have numbers."""
        return Response(file_of(self.get_object()))

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="leave-out")
    def leave_out(self, request: Request, pk: str) -> Response:
        return self.moved(ratings.leave_out, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take back a final grade that should not stand."""
        return self.moved(ratings.withdraw, ReasonSerializer)


class BrandListingSerializer(serializers.ModelSerializer):
    title = serializers.CharField(source="project.title", read_only=True)
    team = serializers.CharField(source="project.team.name", read_only=True)
    type = serializers.CharField(source="project.team.type.code", read_only=True)
    scene = serializers.CharField(source="project.scene.code", read_only=True)

    class Meta:
        model = BrandListing
        fields = ["id", "region", "project", "title", "team", "type", "scene", "grade", "listed_on", "until", "status"]
        read_only_fields = fields


class BrandListingViewSet(ReadOnlyScopedViewSet):
    queryset = BrandListing.objects.select_related("project__team__type", "project__scene")
    serializer_class = BrandListingSerializer
    filterset_class = BrandFilter
    perms = {
        "list": "evaluations.view_brandlisting",
        "retrieve": "evaluations.view_brandlisting",
        "withdraw": "evaluations.withdraw_brandlisting",
    }

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self.moved(listings.withdraw, ReasonSerializer)
