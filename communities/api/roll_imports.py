"""名册导入 in the API: upload, look, confirm or cancel."""

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

from communities import tables
from communities.encryption import mask_name, mask_phone
from communities.models import Region, RollImport
from communities.services import rolls, sheet_imports

from .parsers import BoundedJSONParser
from .viewsets import ReadOnlyScopedViewSet, idempotent

MOST_SHOWN = 100


class RollImportSerializer(serializers.ModelSerializer):
    class Meta:
        model = RollImport
        fields = ["id", "region", "status", "file_name", "good_count", "bad_count", "expires_at"]


class PreviewSerializer(RollImportSerializer):
    """With the first rows of each kind; personal data masked, errors in full."""

    good = serializers.SerializerMethodField()
    bad = serializers.SerializerMethodField()

    class Meta(RollImportSerializer.Meta):
        fields = [*RollImportSerializer.Meta.fields, "good", "bad"]

    def get_good(self, roll: RollImport) -> list[dict[str, Any]]:
        return [
            {"name": mask_name(row["name"]), "phone": mask_phone(row["phone"]), "grid": row["grid"]}
            for row in roll.rows["good"][:MOST_SHOWN]
        ]

    def get_bad(self, roll: RollImport) -> list[dict[str, Any]]:
        return [{"line": row["line"], "error": row["error"]} for row in roll.rows["bad"][:MOST_SHOWN]]


class UploadSerializer(serializers.Serializer):
    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.communities())
    file = serializers.FileField(max_length=255)


class RollImportViewSet(ReadOnlyScopedViewSet):
    """A residents' roll from a spreadsheet (.xlsx or .csv), of which nothing is saved until it is confirmed."""

    queryset = RollImport.objects.all()
    serializer_class = RollImportSerializer
    filterset_fields = ["region", "status"]
    parser_classes = [MultiPartParser, BoundedJSONParser]
    perms = {
        "list": "communities.view_rollimport",
        "retrieve": "communities.view_rollimport",
        "errors": "communities.view_rollimport",
        "create": "communities.add_rollimport",
        "confirm": "communities.add_rollimport",
        "cancel": "communities.add_rollimport",
    }

    def get_serializer_class(self) -> Any:
        return RollImportSerializer if self.action == "list" else PreviewSerializer

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: PreviewSerializer})
    def create(self, request: Request) -> Response:
        """Upload a spreadsheet and see what it would add."""
        values = self.valid(UploadSerializer)
        self.check_region(values["region"], self.perms["create"])
        file = values["file"]
        roll = rolls.preview(values["region"], content=file.read(), name=file.name, by=request.user)
        return self.represent(roll, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Request, pk: Any = None) -> Response:
        """Put the good rows on the roll."""
        return self.moved(rolls.confirm)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any = None) -> Response:
        """Drop what was uploaded."""
        return self.moved(sheet_imports.cancel)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @action(detail=True)
    def errors(self, request: Request, pk: Any = None) -> HttpResponse:
        """The rows with errors and what is wrong with each, as .csv."""
        roll = self.get_object()
        return tables.download(rolls.take_errors(roll, by=request.user), name=f"errors-{roll.pk}", kind="csv")
