"""What is said of marks through the API: as a whole, and change by change as a device sends them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from evaluations.models import Indicator, Mark
from evaluations.services.changes import Change

MOST_CHANGES = 200
SENSIBLE_YEARS = range(1970, 2200)


class MarkSerializer(serializers.ModelSerializer):
    indicator: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = Mark
        fields = ["indicator", "value", "note", "change"]
        read_only_fields = fields


class GivenSerializer(serializers.Serializer):
    indicator = serializers.CharField(max_length=16)
    value = serializers.DecimalField(max_digits=7, decimal_places=2, min_value=0, allow_null=True, default=None)
    note = serializers.CharField(max_length=1000, allow_blank=True, default="")


class MarksSerializer(serializers.Serializer):
    marks = GivenSerializer(many=True, allow_empty=False)

    def validate_marks(self, rows: list[dict[str, Any]]) -> dict[Any, Any]:
        """What to keep of each indicator."""
        return {indicator: (row["value"], row["note"]) for indicator, row in _by_indicator(rows, self.context["asked"])}


def _by_indicator(rows: list[dict[str, Any]], asked: list[Indicator]) -> list[tuple[Indicator, dict[str, Any]]]:
    """Each row with its indicator; what is wrong stands at the indicator it concerns."""
    known = {each.code: each for each in asked}
    errors: dict[str, list[str]] = {}
    for row in rows:
        indicator = known.get(row["indicator"])
        if indicator is None:
            errors[row["indicator"]] = [_("You are not asked to mark this indicator.")]
        elif row["value"] is not None and row["value"] > (indicator.full or 0):
            errors[row["indicator"]] = [_("At most %(full)s.") % {"full": indicator.full}]
    if errors:
        raise serializers.ValidationError(errors)
    return [(known[row["indicator"]], row) for row in rows]


class DeviceTimeField(serializers.DateTimeField):
    """By the clock of the device, and only shown: one that makes no sense is left out and stops nothing."""

    def to_internal_value(self, value: Any) -> Any:
        try:
            moment = super().to_internal_value(value)
        except serializers.ValidationError:
            return None
        return moment if moment.year in SENSIBLE_YEARS else None


class ChangeSerializer(GivenSerializer):
    key = serializers.UUIDField(help_text="made up by the device; sent again, the change is not made again")
    based_on = serializers.UUIDField(
        allow_null=True, default=None, help_text="the `change` of the mark that the device last knew of; null for none"
    )
    typed_at = DeviceTimeField(allow_null=True, default=None, help_text="by the clock of the device; only shown")


class ChangesSerializer(serializers.Serializer):
    """At most one change of each indicator; the rest in the next request."""

    changes = ChangeSerializer(many=True, allow_empty=False)

    def validate_changes(self, rows: list[dict[str, Any]]) -> list[Change]:
        """Each change with its indicator."""
        if len(rows) > MOST_CHANGES:
            raise serializers.ValidationError(_("At most %(full)s.") % {"full": MOST_CHANGES})
        pairs = _by_indicator(rows, self.context["asked"])
        if len({indicator.pk for indicator, _row in pairs}) < len(pairs):
            raise serializers.ValidationError(_("At most one change of each indicator at a time."))
        return [Change(**{**row, "indicator": indicator}) for indicator, row in pairs]


class SeenSerializer(serializers.Serializer):
    seen = serializers.DictField(
        child=serializers.UUIDField(allow_null=True),
        required=False,
        help_text="indicator → the `change` of its mark that this device has seen; where another one is stored, the"
        " sheet is not sealed (409, `conflict`). Without it nothing is compared.",
    )


class SavedSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    saved_at = serializers.DateTimeField()
    saved = serializers.IntegerField(help_text="how many marks were kept")


class TakenSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    saved_at = serializers.DateTimeField()
    taken = serializers.ListField(child=serializers.UUIDField(), help_text="the keys of the changes, now or before")
