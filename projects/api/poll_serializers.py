"""Polls as the API writes and reads them: the rule, a ballot, a receipt, turnout and results."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from communities.api.reasons import ReasonSerializer
from projects.models import Poll, PollResult, Roadshow, VoterRollEntry
from projects.models.rules import FULL_SCORE, RULE_FIELDS
from projects.services import ballots


class NumberField(serializers.IntegerField):
    """The number of a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class WithinReach:
    """A serializer whose related things are chosen among those on which the person holds a permission.

    `reach` names for a field the model and that permission; a stranger's thing does not exist.
    """

    reach: ClassVar[dict[str, tuple[type[Model], str]]]

    def get_fields(self) -> Any:
        fields = super().get_fields()
        if request := self.context.get("request"):
            for name, (model, perm) in self.reach.items():
                if name in fields:
                    fields[name].queryset = model._default_manager.for_user(request.user, perm)
        return fields


class PollSerializer(serializers.ModelSerializer):
    region = serializers.CharField(source="region.code", read_only=True)

    class Meta:
        model = Poll
        fields = [
            "id",
            "region",
            "roadshow",
            "status",
            "runoff_of",
            *RULE_FIELDS,
            "extended_from",
            "opened_at",
            "closed_at",
            "seal",
            "lot_seed",
        ]
        read_only_fields = ["status", "runoff_of", "extended_from", "opened_at", "closed_at", "seal", "lot_seed"]
        extra_kwargs: ClassVar = {
            "max_choices": {"min_value": 1},
            "winners": {"min_value": 1},
            "places": {"min_value": 1},
            "quorum": {"min_value": 0, "max_value": 100},
            "minimum_support": {"min_value": 0, "max_value": 100},
            "expert_weight": {"min_value": 0, "max_value": Decimal("99.99")},
            "share": {"min_value": 0, "max_value": Decimal("99.99")},
            "budget": {"min_value": 0},
        }

    def get_fields(self) -> Any:
        """The roadshow is chosen among those of the person's own community, and once only."""
        fields = super().get_fields()
        if isinstance(self.instance, Poll):
            fields["roadshow"].read_only = True
        elif request := self.context.get("request"):
            fields["roadshow"].queryset = Roadshow.objects.for_user(request.user, "projects.add_poll")
        return fields


class PointsSerializer(serializers.Serializer):
    """What a project is given by score."""

    project = NumberField()
    points = serializers.IntegerField(min_value=0, max_value=FULL_SCORE)


class ChoiceSerializer(serializers.Serializer):
    """What a ballot says: the projects, or by score the points of each."""

    choices = serializers.ListField(child=NumberField(), max_length=200, required=False)
    points = serializers.ListField(
        child=PointsSerializer(),
        max_length=200,
        required=False,
        help_text="Instead of choices, where one votes by score.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = {each["project"]: each["points"] for each in attrs.pop("points", [])}
        return {**attrs, "choices": given or attrs.get("choices", [])}


class BallotSerializer(ChoiceSerializer):
    """One ballot. `key` is a random secret of the device (22 characters or more); send it again until answered."""

    replaces = serializers.CharField(min_length=ballots.KEY_LENGTH, max_length=64, required=False, write_only=True)
    key = serializers.CharField(min_length=ballots.KEY_LENGTH, max_length=64, write_only=True)


class ReceiptSerializer(serializers.Serializer):
    receipt = serializers.CharField()


class PublishedSerializer(serializers.Serializer):
    """A ballot as it was published: the receipt code and the projects."""

    receipt = serializers.CharField(max_length=64)
    choices = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    points = PointsSerializer(many=True, read_only=True)


class TurnoutSerializer(serializers.Serializer):
    roll = serializers.IntegerField()
    present = serializers.IntegerField()
    voted = serializers.IntegerField()
    needed = serializers.IntegerField()
    missing = serializers.IntegerField()
    percent = serializers.IntegerField()


class PollResultSerializer(serializers.ModelSerializer):
    title = serializers.CharField(source="project.title", read_only=True)

    class Meta:
        model = PollResult
        fields = ["project", "title", "votes", "expert_votes", "support", "rank", "outcome", "by_tie_rule", "moved_up"]


class EarlySerializer(serializers.Serializer):
    """Why it opens or closes before its time; not needed afterwards."""

    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class PollExtensionSerializer(ReasonSerializer):
    until = serializers.DateTimeField()


class RunOffSerializer(serializers.Serializer):
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["closes_at"] <= attrs["opens_at"]:
            raise serializers.ValidationError({"closes_at": _("The poll must close after it opens.")})
        return attrs


class LotSerializer(serializers.Serializer):
    seed = serializers.CharField(max_length=100, required=False, allow_blank=True)


class VoterRollEntrySerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="masked_name", read_only=True)
    grid = serializers.CharField(source="resident.grid", read_only=True, default="")
    has_voted = serializers.BooleanField(read_only=True)

    class Meta:
        model = VoterRollEntry
        fields = ["id", "poll", "voice", "name", "grid", "struck", "has_voted"]
