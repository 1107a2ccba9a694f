"""Score sheets and their marks."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from evaluations.api.marks import (
    ChangesSerializer,
    MarkSerializer,
    MarksSerializer,
    SavedSerializer,
    SeenSerializer,
    TakenSerializer,
)
from evaluations.api.photos import MarkPhotoSerializer
from evaluations.models import Declaration, Indicator, MarkPhoto, ScoreSheet
from evaluations.own_total import own_total
from evaluations.services import changes, declarations, sheets


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
    photos = MarkPhotoSerializer(many=True, read_only=True)
    indicators = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField(help_text="what these marks alone come to; no grade")
    closes_at = serializers.DateTimeField(source="rating.round.closes_at", read_only=True)
    is_open = serializers.SerializerMethodField(help_text="whether marks are taken now, by the platform's clock")

    class Meta(SheetSerializer.Meta):
        fields = [
            *SheetSerializer.Meta.fields,
            *("marks", "photos", "indicators", "total", "closes_at", "is_open"),
        ]
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
            for each in self._asked(sheet)
        ]

    def get_total(self, sheet: ScoreSheet) -> str | None:
        values = {mark.indicator_id: mark.value for mark in sheet.marks.all()}
        total = own_total(self._asked(sheet), values, sheet.rating.round.scheme)
        return None if total is None else str(total)

    def get_is_open(self, sheet: ScoreSheet) -> bool:
        return sheet.rating.round.is_open(now())

    def _asked(self, sheet: ScoreSheet) -> list[Indicator]:
        """Asked once for the whole answer."""
        if not hasattr(self, "_leaves"):
            self._leaves = sheets.asked(sheet)
        return self._leaves


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
        **dict.fromkeys(["marks", "changes", "submit", "correct", "recuse", "declare"], "evaluations.fill_scoresheet"),
    }

    def get_serializer_class(self) -> Any:
        return FullSheetSerializer if self.action == "retrieve" else SheetSerializer

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if self.action != "retrieve":
            return rows
        photos = MarkPhoto.objects.kept().select_related("upload", "indicator")
        return rows.select_related("rating__round__scheme").prefetch_related(
            "marks__indicator", Prefetch("photos", queryset=photos)
        )

    @extend_schema(request=MarksSerializer, responses=SavedSerializer)
    @action(detail=True, methods=["put"])
    def marks(self, request: Request, pk: str) -> Response:
        """Keep these marks in the draft; indicators that are not named stay as they are."""
        sheet = self.get_object()
        context = {**self.get_serializer_context(), "asked": sheets.asked(sheet)}
        serializer = MarksSerializer(data=request.data, context=context)
        serializer.is_valid(raise_exception=True)
        changes.save(sheet, marks=serializer.validated_data["marks"], by=request.user)
        return Response({"id": sheet.pk, "saved_at": sheet.saved_at, "saved": len(serializer.validated_data["marks"])})

    @extend_schema(request=ChangesSerializer, responses=TakenSerializer)
    @action(detail=True, methods=["post"])
    def changes(self, request: Request, pk: str) -> Response:
        """Take the changes that a device kept while it had no network, each once however often it is sent.

        409 `conflict`: another device changed one of these marks meanwhile. Nothing is taken, and `error.conflicts`
        holds of each both what was sent (`yours`) and what is stored (`theirs`). Send the one that the person
        chooses, with a new key and `based_on` = `theirs.change`; send the others again as they were.
        """
        sheet = self.get_object()
        context = {**self.get_serializer_context(), "asked": sheets.asked(sheet)}
        serializer = ChangesSerializer(data=request.data, context=context)
        serializer.is_valid(raise_exception=True)
        rows = serializer.validated_data["changes"]
        changes.take(sheet, changes=rows, by=request.user)
        return Response({"id": sheet.pk, "saved_at": sheet.saved_at, "taken": [row.key for row in rows]})

    @extend_schema(request=SeenSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request: Request, pk: str) -> Response:
        """Seal the sheet; again it answers the same."""
        sheet, said = self.get_object(), self.valid(SeenSerializer)
        if "seen" not in said:
            return self.represent(sheets.submit(sheet, by=request.user))
        return self.represent(changes.submit(sheet, seen=said["seen"], by=request.user))

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
