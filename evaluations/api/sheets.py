"""Score sheets and their marks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from evaluations.models import Declaration, Mark, ScoreSheet
from evaluations.services import declarations, sheets


class MarkSerializer(serializers.ModelSerializer):
    indicator: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = Mark
        fields = ["indicator", "value", "note"]


class SheetSerializer(serializers.ModelSerializer):
    round = serializers.IntegerField(source="rating.round_id", read_only=True)
    project = serializers.IntegerField(source="rating.project_id", read_only=True)
    title = serializers.CharField(source="rating.project.title", read_only=True)

    class Meta:
        model = ScoreSheet
        fields = [
            *("id", "round", "rating", "project", "title", "member", "version", "status"),
            *("correction_reason", "saved_at", "submitted_at"),
        ]
        read_only_fields = fields


class FullSheetSerializer(SheetSerializer):
    marks = MarkSerializer(many=True, read_only=True)
    indicators = serializers.SerializerMethodField()

    class Meta(SheetSerializer.Meta):
        fields = [*SheetSerializer.Meta.fields, "marks", "indicators"]
        read_only_fields = fields

    def get_indicators(self, sheet: ScoreSheet) -> list[dict[str, Any]]:
        """What this member marks, with the guidance for it."""
        return [
            {
                "code": each.code,
                "name": each.local_name,
                "guidance": each.local_guidance,
                "full": str(each.full),
                "weight": str(each.weight),
                "kind": each.kind,
                "evidence_required": each.evidence_required,
            }
            for each in sheets.asked(sheet)
        ]


class GivenSerializer(serializers.Serializer):
    indicator = serializers.CharField(max_length=16)
    value = serializers.DecimalField(max_digits=7, decimal_places=2, min_value=0, allow_null=True, default=None)
    note = serializers.CharField(max_length=1000, allow_blank=True, default="")


class MarksSerializer(serializers.Serializer):
    marks = GivenSerializer(many=True, allow_empty=False)

    def validate_marks(self, rows: list[dict[str, Any]]) -> dict[Any, Any]:
        """Each mark with its indicator, each error at the indicator it concerns."""
        asked = {each.code: each for each in self.context["asked"]}
        errors: dict[str, list[str]] = {}
        for row in rows:
            indicator = asked.get(row["indicator"])
            if indicator is None:
                errors[row["indicator"]] = [_("You are not asked to mark this indicator.")]
            elif row["value"] is not None and row["value"] > (indicator.full or 0):
                errors[row["indicator"]] = [_("At most %(full)s.") % {"full": indicator.full}]
        if errors:
            raise serializers.ValidationError(errors)
        return {asked[row["indicator"]]: (row["value"], row["note"]) for row in rows}


class SavedSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    saved_at = serializers.DateTimeField()
    saved = serializers.IntegerField(help_text="how many marks were kept")


class DeclareInterestSerializer(serializers.Serializer):
    has_interest = serializers.BooleanField()
    words = serializers.CharField(max_length=1000, allow_blank=True, default="", help_text="which interest")


class DeclarationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Declaration
        fields = ["id", "rating", "member", "has_interest", "words", "at"]
        read_only_fields = fields


class DeclarationViewSet(ReadOnlyScopedViewSet):
    """What members declared about their interests: one's own, and those of a street for its staff."""

    queryset = Declaration.objects.all()
    serializer_class = DeclarationSerializer
    filterset_fields = ["rating", "rating__round", "rating__project", "member", "has_interest"]
    perms = {"list": "evaluations.view_declaration", "retrieve": "evaluations.view_declaration"}


class ScoreSheetViewSet(ReadOnlyScopedViewSet):
    """One's own score sheets, and, once a round is closed, those of a street for its staff."""

    queryset = ScoreSheet.objects.select_related("region", "rating__round__region", "rating__project", "member__user")
    filterset_fields = ["rating__round", "rating__project", "member", "status", "version"]
    perms = {
        "list": "evaluations.view_scoresheet",
        "retrieve": "evaluations.view_scoresheet",
        **dict.fromkeys(["marks", "submit", "correct", "recuse", "declare"], "evaluations.fill_scoresheet"),
    }

    def get_serializer_class(self) -> Any:
        return FullSheetSerializer if self.action == "retrieve" else SheetSerializer

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.prefetch_related("marks__indicator") if self.action == "retrieve" else rows

    @extend_schema(request=MarksSerializer, responses=SavedSerializer)
    @action(detail=True, methods=["put"])
    def marks(self, request: Request, pk: str) -> Response:
        """Keep these marks in the draft; indicators that are not named stay as they are."""
        sheet = self.get_object()
        context = {**self.get_serializer_context(), "asked": sheets.asked(sheet)}
        serializer = MarksSerializer(data=request.data, context=context)
        serializer.is_valid(raise_exception=True)
        sheets.save(sheet, marks=serializer.validated_data["marks"], by=request.user)
        return Response({"id": sheet.pk, "saved_at": sheet.saved_at, "saved": len(serializer.validated_data["marks"])})

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request: Request, pk: str) -> Response:
        """Seal the sheet; again it answers the same."""
        return self.represent(sheets.submit(self.get_object(), by=request.user))

    @extend_schema(request=ReasonSerializer, responses={201: SheetSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def correct(self, request: Request, pk: str) -> Response:
        new = sheets.correct(self.get_object(), by=request.user, **self.valid(ReasonSerializer))
        return self.represent(new, status=201)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def recuse(self, request: Request, pk: str) -> Response:
        """Recuse oneself from the project of this sheet."""
        sheet, fields = self.get_object(), self.valid(ReasonSerializer)
        declarations.declare_interest(sheet, words=fields["reason"], by=request.user)
        return self.represent(sheet)

    @extend_schema(request=DeclareInterestSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def declare(self, request: Request, pk: str) -> Response:
        """Say that one has no interest in the project of this sheet, or which; an interest is a recusal as well."""
        sheet, fields = self.get_object(), self.valid(DeclareInterestSerializer)
        if fields["has_interest"]:
            declarations.declare_interest(sheet, words=fields["words"], by=request.user)
        else:
            declarations.declare_none(sheet, by=request.user)
        return self.represent(sheet)
