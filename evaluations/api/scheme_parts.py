"""The groups, indicators and conditions of a scheme."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import mixins, serializers

from communities.api.viewsets import CreateOnceMixin, ScopedViewSet
from communities.models import Refused
from evaluations.models import EvaluatorGroup, Gate, Indicator


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


def _check_together(instance: Any, data: dict[str, Any], parts: list[Any]) -> None:
    """What belongs together belongs to one scheme."""
    scheme = data.get("scheme") or getattr(instance, "scheme", None)
    if any(part.scheme_id != scheme.pk for part in parts):
        raise serializers.ValidationError(_("Heading, groups and indicator are those of the same scheme."))


class IndicatorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Indicator
        fields = [
            *("id", "scheme", "parent", "code", "name", "name_en", "order", "weight", "full", "kind", "method"),
            *("guidance", "guidance_en", "evidence_required", "groups"),
        ]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        parts = [data["parent"]] if data.get("parent") else []
        _check_together(self.instance, data, [*parts, *data.get("groups", [])])
        return data


class IndicatorViewSet(mixins.RetrieveModelMixin, PartViewSet):
    queryset = Indicator.objects.prefetch_related("groups")
    serializer_class = IndicatorSerializer
    filterset_fields = ["scheme", "parent", "kind", "method"]


class GateSerializer(serializers.ModelSerializer):
    class Meta:
        model = Gate
        fields = ["id", "scheme", "grade", "indicator", "at_least"]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        _check_together(self.instance, data, [data["indicator"]] if "indicator" in data else [])
        return data


class GateViewSet(mixins.RetrieveModelMixin, PartViewSet):
    """No such grade, and no better one, without so many points of an indicator."""

    queryset = Gate.objects.all()
    serializer_class = GateSerializer
