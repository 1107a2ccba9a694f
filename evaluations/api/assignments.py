"""Who scores what in a round, by plan."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import CreateOnceMixin, ReadOnlyScopedViewSet, idempotent
from evaluations.models import Assignment, AssignmentPlan, CommitteeMember, Rating
from evaluations.models.schemes import Seat
from evaluations.services import assignments

MINIMA = {seat: {"min_value": 0, "max_value": 99} for seat in Seat.values}


class PlanSerializer(serializers.ModelSerializer):
    class Meta:
        model = AssignmentPlan
        fields = ["id", "round", "seed", *Seat.values, "drawn_at"]
        read_only_fields = ["drawn_at"]
        extra_kwargs: Any = {**MINIMA, "seed": {"required": False}, "round": {"validators": []}}


class AssignmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Assignment
        fields = ["rating", "member", "by_hand"]


class ShortSerializer(serializers.Serializer):
    rating = serializers.IntegerField()
    group = serializers.CharField()
    have = serializers.IntegerField()
    wanted = serializers.IntegerField()


class LoadSerializer(serializers.Serializer):
    member = serializers.IntegerField()
    projects = serializers.IntegerField()


class FullPlanSerializer(PlanSerializer):
    """With who has what, how many each has, and where the minimum is not met."""

    pairs = AssignmentSerializer(many=True, read_only=True)
    loads = serializers.SerializerMethodField()
    short = serializers.SerializerMethodField()

    class Meta(PlanSerializer.Meta):
        fields = [*PlanSerializer.Meta.fields, "pairs", "loads", "short"]

    @extend_schema_field(LoadSerializer(many=True))
    def get_loads(self, plan: AssignmentPlan) -> list[dict[str, Any]]:
        return [{"member": member.pk, "projects": count} for member, count in assignments.overview(plan).loads]

    @extend_schema_field(ShortSerializer(many=True))
    def get_short(self, plan: AssignmentPlan) -> list[dict[str, Any]]:
        rows = assignments.overview(plan).short
        return [{"rating": r.pk, "group": group, "have": have, "wanted": wanted} for r, group, have, wanted in rows]


class DrawAgainSerializer(serializers.Serializer):
    seed = serializers.CharField(max_length=64, required=False, allow_blank=True)
    street = serializers.IntegerField(min_value=0, max_value=99)
    community = serializers.IntegerField(min_value=0, max_value=99)
    residents = serializers.IntegerField(min_value=0, max_value=99)
    third_party = serializers.IntegerField(min_value=0, max_value=99)


class PairSerializer(serializers.Serializer):
    rating = serializers.PrimaryKeyRelatedField(queryset=Rating.objects.all())
    member = serializers.PrimaryKeyRelatedField(queryset=CommitteeMember.objects.all())


class AssignmentPlanViewSet(CreateOnceMixin, ReadOnlyScopedViewSet):
    """Plans of a street's rounds; a round without one lets every member score every project."""

    queryset = AssignmentPlan.objects.select_related("round__region")
    filterset_fields = ["round", "round__status", "round__region"]
    perms = {
        "list": "evaluations.view_assignmentplan",
        "retrieve": "evaluations.view_assignmentplan",
        **dict.fromkeys(["create", "redraw", "assign", "unassign", "drop"], "evaluations.draw_assignmentplan"),
    }

    def get_serializer_class(self) -> Any:
        return PlanSerializer if self.action in {"list", "create"} else FullPlanSerializer

    def perform_create(self, serializer: Any) -> None:
        """Draw up who scores what; minima that are not given are those of the model."""
        fields = dict(serializer.validated_data)
        self.check_region(fields["round"].region, self.perms["create"])
        usual = {seat: getattr(AssignmentPlan(), seat) for seat in Seat.values}
        round_ = fields.pop("round")
        serializer.instance = assignments.draw_up(round_, by=self.request.user, **{**usual, **fields})

    @extend_schema(request=DrawAgainSerializer)
    @action(detail=True, methods=["post"])
    def redraw(self, request: Request, pk: str) -> Response:
        plan, fields = self.get_object(), self.valid(DrawAgainSerializer)
        return self.represent(assignments.draw_up(plan.round, by=request.user, **fields))

    @extend_schema(request=PairSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def assign(self, request: Request, pk: str) -> Response:
        return self.moved(assignments.assign, PairSerializer)

    @extend_schema(request=PairSerializer)
    @action(detail=True, methods=["post"])
    def unassign(self, request: Request, pk: str) -> Response:
        return self.moved(assignments.unassign, PairSerializer)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """Every member scores every project again."""
        assignments.drop(self.get_object(), by=request.user)
        return Response(status=204)
