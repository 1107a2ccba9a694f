"""Schemes, their groups and indicators."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import CreateOnceMixin, ReadOnlyScopedViewSet, ScopedViewSet, idempotent
from communities.models import Refused, Region
from evaluations.models import EvaluatorGroup, Indicator, Scheme
from evaluations.services import schemes


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
        region = self.valid(PresetSerializer)["region"]
        self.check_region(region, self.perms["preset"])
        return self.represent(schemes.from_preset(region, by=request.user), status=201)

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


class PartViewSet(
    CreateOnceMixin, mixins.UpdateModelMixin, mixins.DestroyModelMixin, mixins.ListModelMixin, ScopedViewSet
):
    """Parts of a scheme (or of another `whole`): written while it is a draft, afterwards the database says no (409)."""

    perms = {
        "list": "evaluations.view_scheme",
        "retrieve": "evaluations.view_scheme",
        **dict.fromkeys(["create", "update", "partial_update", "destroy"], "evaluations.change_scheme"),
    }
    filterset_fields = ["scheme"]
    whole = "scheme"

    @transaction.atomic
    def perform_create(self, serializer: Any) -> None:
        self.check_region(serializer.validated_data[self.whole].region, self.perms["create"])
        serializer.save()

    @transaction.atomic
    def perform_update(self, serializer: Any) -> None:
        now_in = getattr(serializer.instance, self.whole)
        if serializer.validated_data.get(self.whole, now_in) != now_in:
            raise Refused(_("A part stays where it is."), code="other_scheme")
        serializer.save()

    @transaction.atomic
    def perform_destroy(self, instance: Any) -> None:
        instance.delete()


class EvaluatorGroupSerializer(serializers.ModelSerializer):
    class Meta:
        model = EvaluatorGroup
        fields = ["id", "scheme", "code", "weight", "method", "drop_high", "drop_low", "minimum", "below_minimum"]


class EvaluatorGroupViewSet(mixins.RetrieveModelMixin, PartViewSet):
    queryset = EvaluatorGroup.objects.all()
    serializer_class = EvaluatorGroupSerializer


class IndicatorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Indicator
        fields = [
            *("id", "scheme", "parent", "code", "name", "name_en", "order", "weight", "full", "kind", "method"),
            *("guidance", "guidance_en", "evidence_required", "groups"),
        ]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """What belongs together belongs to one scheme."""
        scheme = data.get("scheme") or getattr(self.instance, "scheme", None)
        parts = [data["parent"]] if data.get("parent") else []
        if any(part.scheme_id != scheme.pk for part in [*parts, *data.get("groups", [])]):
            raise serializers.ValidationError(_("Heading and groups are those of the same scheme."))
        return data


class IndicatorViewSet(mixins.RetrieveModelMixin, PartViewSet):
    queryset = Indicator.objects.prefetch_related("groups")
    serializer_class = IndicatorSerializer
    filterset_fields = ["scheme", "parent", "kind", "method"]
