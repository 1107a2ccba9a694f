"""Records from before: a spreadsheet is previewed, confirmed, and undone as a whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.parsers import BoundedJSONParser
from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from communities.models import Region
from communities.services import sheet_imports
from communities.tables import download
from volunteers.models import FormerHours, FormerImport
from volunteers.services import former_imports

MOST_SHOWN = 100
VIEW, ADD = "volunteers.view_formerimport", "volunteers.add_formerimport"


class FormerImportSerializer(serializers.ModelSerializer):
    class Meta:
        model = FormerImport
        fields = [
            *("id", "region", "status", "file_name", "basis", "good_count", "known_count", "bad_count", "expires_at"),
        ]
        read_only_fields = fields


class FormerPreviewSerializer(FormerImportSerializer):
    """With the first rows of each kind: volunteers by their id, errors in full; what was spent before it was undone."""

    good = serializers.SerializerMethodField()
    bad = serializers.SerializerMethodField()
    spent = serializers.SerializerMethodField(help_text="points that stay on record, by volunteer number")

    class Meta(FormerImportSerializer.Meta):
        fields = [*FormerImportSerializer.Meta.fields, "good", "bad", "spent"]

    def get_good(self, taken: FormerImport) -> list[dict[str, Any]]:
        return taken.rows["good"][:MOST_SHOWN]

    def get_bad(self, taken: FormerImport) -> list[dict[str, Any]]:
        return [{"line": row["line"], "error": row["error"]} for row in taken.rows["bad"][:MOST_SHOWN]]

    def get_spent(self, taken: FormerImport) -> list[dict[str, Any]]:
        rows = taken.openings.spent().select_related("volunteer").order_by("volunteer__number")[:MOST_SHOWN]
        return [{"volunteer": one.volunteer.number, "points": one.points} for one in rows]


class FormerUploadSerializer(serializers.Serializer):
    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.communities())
    basis = serializers.CharField(max_length=120)
    file = serializers.FileField(max_length=255)


class FormerImportViewSet(ReadOnlyScopedViewSet):
    """Hours and opening balances from a spreadsheet, of which nothing counts until it is confirmed."""

    queryset = FormerImport.objects.all()
    serializer_class = FormerImportSerializer
    filterset_fields = ["region", "status"]
    parser_classes = [MultiPartParser, BoundedJSONParser]
    perms = {
        "list": VIEW,
        "retrieve": VIEW,
        "errors": VIEW,
        "create": ADD,
        "confirm": ADD,
        "cancel": ADD,
        "undo": "volunteers.undo_formerimport",
    }

    def get_serializer_class(self) -> Any:
        return FormerImportSerializer if self.action == "list" else FormerPreviewSerializer

    @extend_schema(request={"multipart/form-data": FormerUploadSerializer}, responses={201: FormerPreviewSerializer})
    def create(self, request: Request) -> Response:
        """Upload a spreadsheet and see what it would take over."""
        values = self.valid(FormerUploadSerializer)
        self.check_region(values["region"], self.perms["create"])
        about = {"content": values["file"].read(), "name": values["file"].name, "basis": values["basis"]}
        return self.represent(former_imports.preview(values["region"], by=request.user, **about), status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Request, pk: Any = None) -> Response:
        """Take the good rows over."""
        return self.moved(former_imports.confirm)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any = None) -> Response:
        """Drop what was uploaded."""
        return self.moved(sheet_imports.cancel)

    @extend_schema(request=ReasonSerializer, responses=FormerPreviewSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: Any = None) -> Response:
        """Take an import back, with the reason; points that were spent stay on record."""
        return self.moved(former_imports.undo, ReasonSerializer)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @action(detail=True)
    def errors(self, request: Request, pk: Any = None) -> HttpResponse:
        """The rows with errors and what is wrong with each, as .csv."""
        taken = self.get_object()
        rows = former_imports.take_errors(taken, by=request.user)
        return download(rows, name=f"errors-{taken.pk}", kind="csv")


class FormerHoursSerializer(serializers.ModelSerializer):
    class Meta:
        model = FormerHours
        fields = ["id", "region", "volunteer", "source", "kind", "words", "first_on", "last_on", "minutes", "undone_at"]
        read_only_fields = fields


class FormerHoursViewSet(ReadOnlyScopedViewSet):
    queryset = FormerHours.objects.all()
    serializer_class = FormerHoursSerializer
    filterset_fields = {"region__code": ["exact", "startswith"], "volunteer": ["exact"], "kind": ["exact"]}
    perms = {"list": "volunteers.view_formerhours", "retrieve": "volunteers.view_formerhours"}
