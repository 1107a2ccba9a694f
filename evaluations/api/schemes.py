"""Schemes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import CreateOnceMixin, ReadOnlyScopedViewSet, idempotent
from communities.models import Region
from evaluations.models import Scheme
from evaluations.services import presets, schemes, spreadsheets
from evaluations.views import scheme_downloads

KIND = OpenApiParameter("kind", enum=list(scheme_downloads.WRITERS))


class SchemeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Scheme
        fields = [
            *("id", "region", "name", "version", "previous", "status", "full_points"),
            *("at_5a", "at_4a", "at_3a", "at_2a", "bonus_cap"),
            *("places", "round_groups", "round_indicators", "brand_months"),
        ]
        read_only_fields = ["version", "previous", "status"]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """The database's rules about thresholds, said at once."""
        names = [name for name in self.Meta.fields if name != "id"]
        kept = {} if self.instance is None else {name: getattr(self.instance, name) for name in names}
        made = Scheme(**{**kept, **data})
        made.pk = getattr(self.instance, "pk", None)
        made.validate_constraints(exclude=["version"])
        return data


class PresetSerializer(serializers.Serializer):
    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.all())
    thresholds = serializers.ChoiceField(presets.Thresholds.choices, default=presets.Thresholds.HUNDRED)


class ThresholdsSerializer(serializers.Serializer):
    thresholds = serializers.ChoiceField(presets.Thresholds.choices)


class SpreadsheetSerializer(serializers.Serializer):
    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.all())
    file = serializers.FileField(max_length=255)


class ProblemSerializer(serializers.Serializer):
    indicator = serializers.CharField(source="indicator.code", default=None)
    message = serializers.CharField()


class SchemeViewSet(CreateOnceMixin, mixins.UpdateModelMixin, ReadOnlyScopedViewSet):
    """Schemes of a street. `PATCH` while it is a draft; a scheme in use is changed by `revise`, a new version."""

    queryset = Scheme.objects.select_related("region")
    serializer_class = SchemeSerializer
    filterset_fields = ["region", "status", "name"]
    http_method_names = ["get", "post", "patch", "head", "options"]
    perms = {
        "list": "evaluations.view_scheme",
        "retrieve": "evaluations.view_scheme",
        "problems": "evaluations.view_scheme",
        "create": "evaluations.add_scheme",
        "preset": "evaluations.add_scheme",
        "from_spreadsheet": "evaluations.add_scheme",
        "spreadsheet": "evaluations.view_scheme",
        "thresholds": "evaluations.change_scheme",
        "partial_update": "evaluations.change_scheme",
        "revise": "evaluations.change_scheme",
        "retire": "evaluations.change_scheme",
    }

    def perform_create(self, serializer: Any) -> None:
        fields = serializer.validated_data
        self.check_region(fields["region"], self.perms["create"])
        serializer.instance = schemes.create(by=self.request.user, **fields)

    @transaction.atomic
    def perform_update(self, serializer: Any) -> None:
        fields = {name: value for name, value in serializer.validated_data.items() if name != "region"}
        schemes.edit(serializer.instance, by=self.request.user, **fields)

    @extend_schema(request=PresetSerializer, responses={201: SchemeSerializer})
    @action(detail=False, methods=["post"])
    @idempotent
    def preset(self, request: Request) -> Response:
        """The seeded scheme as a draft, with one of the usual sets of thresholds."""
        values = self.valid(PresetSerializer)
        self.check_region(values["region"], self.perms["preset"])
        return self.represent(presets.begin(by=request.user, **values), status=201)

    @extend_schema(request=ThresholdsSerializer)
    @action(detail=True, methods=["post"])
    def thresholds(self, request: Request, pk: str) -> Response:
        """Give a draft one of the usual sets of thresholds; its points change with the points at full marks."""
        return self.moved(presets.set_thresholds, ThresholdsSerializer)

    @extend_schema(parameters=[KIND], responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def spreadsheet(self, request: Request, pk: str) -> HttpResponse:
        """The scheme as a spreadsheet (`kind=xlsx` or `csv`), to change and to take in again."""
        return scheme_downloads.of(self.get_object(), kind=request.query_params.get("kind", "xlsx"))

    @extend_schema(request={"multipart/form-data": SpreadsheetSerializer}, responses={201: SchemeSerializer})
    @action(detail=False, methods=["post"], url_path="from-spreadsheet", parser_classes=[MultiPartParser])
    @idempotent
    def from_spreadsheet(self, request: Request) -> Response:
        """A draft of what a spreadsheet says, or a refusal that names each place to mend."""
        values = self.valid(SpreadsheetSerializer)
        self.check_region(values["region"], self.perms["from_spreadsheet"])
        content = values["file"].read()
        return self.represent(spreadsheets.take_in(values["region"], content=content, by=request.user), status=201)

    @extend_schema(responses=ProblemSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def problems(self, request: Request, pk: str) -> Response:
        return Response(ProblemSerializer(schemes.problems(self.get_object()), many=True).data)

    @extend_schema(request=None, responses={201: SchemeSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def revise(self, request: Request, pk: str) -> Response:
        return self.represent(schemes.revise(self.get_object(), by=request.user), status=201)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        return self.moved(schemes.retire, ReasonSerializer)
