"""Rounds and the rhythm in which they come."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import CreateOnceMixin, ReadOnlyScopedViewSet, idempotent
from communities.encryption import mask_name
from evaluations.models import EvaluationRound, RatingRhythm
from evaluations.progress import progress_of
from evaluations.services import cautions, rhythms, rounds


class RoundSerializer(serializers.ModelSerializer):
    class Meta:
        model = EvaluationRound
        fields = [
            *("id", "region", "title", "starts_on", "ends_on", "committee", "scheme"),
            *("opens_at", "closes_at", "grace_days", "appeal_days", "confirmed_by_meeting"),
            *("status", "announced_at", "appeals_until", "published_at"),
        ]
        read_only_fields = ["status", "announced_at", "appeals_until", "published_at"]


class ReopenSerializer(ReasonSerializer):
    closes_at = serializers.DateTimeField()


class ProgressSerializer(serializers.Serializer):
    """How far a member is; the name is masked."""

    member = serializers.IntegerField(source="member.pk")
    name = serializers.SerializerMethodField()
    group = serializers.CharField(source="member.group")
    assigned = serializers.IntegerField()
    submitted = serializers.IntegerField()
    missing = serializers.IntegerField()

    def get_name(self, row: Any) -> str:
        return mask_name(row.member.user.name)


class CautionSerializer(serializers.Serializer):
    """Something to look at before grades are confirmed; the name of a member is masked."""

    kind = serializers.CharField()
    text = serializers.CharField()
    rating = serializers.IntegerField(source="rating.pk", default=None)
    project = serializers.CharField(source="rating.project.title", default=None)
    member = serializers.IntegerField(source="member.pk", default=None)
    name = serializers.SerializerMethodField()

    def get_name(self, caution: Any) -> str:
        return mask_name(caution.member.user.name) if caution.member else ""


class EvaluationRoundViewSet(CreateOnceMixin, mixins.UpdateModelMixin, ReadOnlyScopedViewSet):
    queryset = EvaluationRound.objects.select_related("region", "committee__region", "scheme__region")
    serializer_class = RoundSerializer
    filterset_fields = {"region": ["exact"], "status": ["exact"], "closes_at": ["lte", "gte"], "starts_on": ["gte"]}
    http_method_names = ["get", "post", "patch", "head", "options"]
    perms = {
        "list": "evaluations.view_evaluationround",
        "retrieve": "evaluations.view_evaluationround",
        "progress": "evaluations.run_evaluationround",
        "cautions": "evaluations.review_evaluationround",
        "create": "evaluations.add_evaluationround",
        "partial_update": "evaluations.change_evaluationround",
        **dict.fromkeys(
            ["open", "close", "reopen", "announce", "publish", "cancel"], "evaluations.run_evaluationround"
        ),
    }

    def perform_create(self, serializer: Any) -> None:
        self.check_region(serializer.validated_data["region"], self.perms["create"])
        serializer.instance = rounds.draft(by=self.request.user, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> None:
        fields = {name: value for name, value in serializer.validated_data.items() if name != "region"}
        rounds.edit(serializer.instance, by=self.request.user, **fields)

    @extend_schema(responses=ProgressSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def progress(self, request: Request, pk: str) -> Response:
        """Who has handed in how many of their sheets."""
        return Response(ProgressSerializer(progress_of(self.get_object()), many=True).data)

    @extend_schema(responses=CautionSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def cautions(self, request: Request, pk: str) -> Response:
        """What the committee should look at before it confirms the grades; nothing is changed by it."""
        return Response(CautionSerializer(cautions.named(cautions.of_round(self.get_object())), many=True).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        return self.moved(rounds.open_)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        return self.moved(rounds.close)

    @extend_schema(request=ReopenSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        return self.moved(rounds.reopen, ReopenSerializer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def announce(self, request: Request, pk: str) -> Response:
        """Tell each team its provisional grade; the time to appeal begins."""
        return self.moved(rounds.announce)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def publish(self, request: Request, pk: str) -> Response:
        return self.moved(rounds.publish)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self.moved(rounds.cancel, ReasonSerializer)


class RatingRhythmSerializer(serializers.ModelSerializer):
    class Meta:
        model = RatingRhythm
        fields = ["id", "region", "months", "next_on", "is_active"]
        extra_kwargs: Any = {"region": {"validators": []}}


class RatingRhythmViewSet(CreateOnceMixin, ReadOnlyScopedViewSet):
    """How often a street rates; setting it again changes it."""

    queryset = RatingRhythm.objects.all()
    serializer_class = RatingRhythmSerializer
    filterset_fields = ["region", "is_active"]
    perms = {
        "list": "evaluations.view_ratingrhythm",
        "retrieve": "evaluations.view_ratingrhythm",
        "create": "evaluations.change_ratingrhythm",
    }

    def perform_create(self, serializer: Any) -> None:
        self.check_region(serializer.validated_data["region"], self.perms["create"])
        serializer.instance = rhythms.set_(by=self.request.user, **{"months": 6, **serializer.validated_data})
