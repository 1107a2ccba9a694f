"""Admissions 准入 and their documents."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, ScopedViewSet, idempotent
from communities.views.uploads import hand_out
from teams.filters import AdmissionFilter
from teams.models import Admission, AdmissionDocument, RecruitmentCall, TeamType
from teams.services import admissions

from .fields import RegionCode


class DocumentSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="upload.name", read_only=True)
    kind = serializers.CharField(source="upload.kind", read_only=True)
    size = serializers.IntegerField(source="upload.size", read_only=True)
    sha256 = serializers.CharField(source="upload.sha256", read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = AdmissionDocument
        fields = ["id", "name", "kind", "size", "sha256", "url"]

    def get_url(self, document: AdmissionDocument) -> str:
        return document.get_absolute_url()


class AdmissionSerializer(serializers.ModelSerializer):
    """Staff read the contact masked; the applicant writes it and reads it masked too."""

    region = RegionCode(required=False)
    region_name = serializers.CharField(source="region.name", read_only=True)
    call = serializers.PrimaryKeyRelatedField(
        queryset=RecruitmentCall.objects.public(), required=False, allow_null=True
    )
    team_type = serializers.SlugRelatedField(
        slug_field="code", queryset=TeamType.objects.active(), required=False, allow_null=True
    )
    contact_name = serializers.CharField(write_only=True, required=False, allow_blank=True, max_length=60)
    contact_phone = serializers.CharField(write_only=True, required=False, allow_blank=True, max_length=24)
    masked_contact_name = serializers.CharField(read_only=True)
    masked_contact_phone = serializers.CharField(read_only=True)
    documents = DocumentSerializer(many=True, read_only=True)
    brand_grade = serializers.CharField(read_only=True, default=None, allow_null=True)
    comes_first = serializers.BooleanField(read_only=True, default=False)
    team = serializers.SerializerMethodField()

    class Meta:
        model = Admission
        fields = [
            "id",
            "region",
            "region_name",
            "call",
            "status",
            "name",
            "kind",
            "standing",
            "team_type",
            "registration_code",
            "contact_name",
            "contact_phone",
            "masked_contact_name",
            "masked_contact_phone",
            "introduction",
            "recommendation",
            "documents",
            "brand_grade",
            "comes_first",
            "team",
            "created_at",
            "submitted_at",
        ]
        read_only_fields = ["status", "recommendation", "created_at", "submitted_at"]
        validators: list[Any] = []

    @extend_schema_field(OpenApiTypes.INT)
    def get_team(self, admission: Admission) -> int | None:
        """The team that it made, once admitted."""
        return admission.team.pk if hasattr(admission, "team") else None


class NewAdmissionSerializer(serializers.Serializer):
    """Where an application begins: in a community, or under one of its calls."""

    region = RegionCode(required=False)
    call = serializers.PrimaryKeyRelatedField(queryset=RecruitmentCall.objects.public(), required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "call" in data:
            data.setdefault("region", data["call"].region)
        if "region" not in data:
            raise serializers.ValidationError({"region": [self.fields["region"].error_messages["required"]]})
        return data


class RecommendationSerializer(serializers.Serializer):
    recommendation = serializers.CharField(max_length=2000)


class FileSerializer(serializers.Serializer):
    file = serializers.FileField(help_text="PDF, JPEG or PNG, at most 10 MB")


class AdmissionViewSet(mixins.UpdateModelMixin, ReadOnlyScopedViewSet):
    """准入申请: one's own, and those of the communities where one works."""

    queryset = (
        Admission.objects.with_priority()
        .select_related("region", "team_type", "team")
        .prefetch_related("documents__upload")
    )
    serializer_class = AdmissionSerializer
    filterset_class = AdmissionFilter
    http_method_names = ["get", "post", "patch", "head", "options"]
    perms = {
        "list": "teams.view_admission",
        "retrieve": "teams.view_admission",
        "create": "teams.add_admission",
        "partial_update": "teams.change_admission",
        "documents": "teams.change_admission",
        "submit": "teams.change_admission",
        "withdraw": "teams.withdraw_admission",
        "send_back": "teams.check_admission",
        "recommend": "teams.check_admission",
        "admit": "teams.decide_admission",
        "reject": "teams.decide_admission",
    }

    @extend_schema(request=AdmissionSerializer, responses={201: AdmissionSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Begin an application (or take one's unfinished draft there up again) and fill in what is given."""
        where = self.valid(NewAdmissionSerializer)
        serializer = AdmissionSerializer(data=request.data, partial=True, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        admission = admissions.start(where["region"], by=request.user, call=where.get("call"))
        self._fill(admission, serializer.validated_data)
        return self.represent(admission, status=status.HTTP_201_CREATED)

    def perform_update(self, serializer: Any) -> None:
        self._fill(serializer.instance, serializer.validated_data)

    def _fill(self, admission: Admission, given: dict[str, Any]) -> None:
        fields = {name: value for name, value in given.items() if name not in {"region", "call"}}
        admissions.fill(admission, by=self.request.user, **fields)

    @extend_schema(request={"multipart/form-data": FileSerializer}, responses={201: DocumentSerializer})
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def documents(self, request: Request, pk: str) -> Response:
        """Add a document."""
        document = admissions.attach(self.get_object(), by=request.user, **self.valid(FileSerializer))
        return Response(DocumentSerializer(document).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        return self.moved(admissions.submit)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self.moved(admissions.withdraw)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """Return it for correction."""
        return self.moved(admissions.send_back, ReasonSerializer)

    @extend_schema(request=RecommendationSerializer)
    @action(detail=True, methods=["post"])
    def recommend(self, request: Request, pk: str) -> Response:
        return self.moved(admissions.recommend, RecommendationSerializer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def admit(self, request: Request, pk: str) -> Response:
        return self.moved(admissions.admit)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        return self.moved(admissions.reject, ReasonSerializer)


class AdmissionDocumentViewSet(mixins.RetrieveModelMixin, ScopedViewSet):
    """准入材料: handed out to the applicant and to the staff who check and decide."""

    queryset = AdmissionDocument.objects.select_related("upload", "admission")
    serializer_class = DocumentSerializer
    perms = {
        "retrieve": "teams.view_admissiondocument",
        "file": "teams.view_admissiondocument",
        "destroy": "teams.change_admissiondocument",
    }

    def destroy(self, request: Request, pk: str) -> Response:
        """Take a document back while the application is being written."""
        admissions.detach(self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, pk: str) -> FileResponse:
        """The document itself."""
        return hand_out(self.get_object().upload)
