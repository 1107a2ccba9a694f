"""Appeals against announced grades, and the opinions of those who look into them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from evaluations.api.committees import MemberSerializer
from evaluations.models import Appeal, Challenge, CommitteeMember, Indicator, Reviewer, Seat
from evaluations.services import appeals, reviews


class ChallengeSerializer(serializers.ModelSerializer):
    """Whose marks are challenged, by number alone."""

    class Meta:
        model = Challenge
        fields = ["number", "group"]
        read_only_fields = fields


class AppealSerializer(serializers.ModelSerializer):
    round = serializers.IntegerField(source="rating.round_id", read_only=True)
    project = serializers.IntegerField(source="rating.project_id", read_only=True)
    title = serializers.CharField(source="rating.project.title", read_only=True)
    indicators: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    challenges = ChallengeSerializer(many=True, read_only=True)

    class Meta:
        model = Appeal
        fields = [
            *("id", "region", "rating", "round", "project", "title", "status", "reason", "indicators", "challenges"),
            *("filed_at", "due_on", "answer", "decided_at", "before", "after"),
        ]
        read_only_fields = fields


class FileAppealSerializer(serializers.Serializer):
    """What a team appeals against; send it as a form when files come with it."""

    reason = serializers.CharField(max_length=4000)
    indicators = serializers.ListField(child=serializers.CharField(max_length=16), allow_empty=False)
    members = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, help_text="numbers as the explanation shows them"
    )
    groups = serializers.MultipleChoiceField(choices=Seat.choices, required=False)
    files = serializers.ListField(child=serializers.FileField(), required=False, max_length=10)


class PanelSerializer(serializers.Serializer):
    members = serializers.PrimaryKeyRelatedField(queryset=CommitteeMember.objects.all(), many=True)


class NewMarkSerializer(serializers.Serializer):
    member = serializers.IntegerField(min_value=1, help_text="number as the explanation shows it")
    indicator = serializers.CharField(max_length=16)
    value = serializers.DecimalField(max_digits=7, decimal_places=2, min_value=0)


class UpholdSerializer(ReasonSerializer):
    marks = NewMarkSerializer(many=True, required=False)
    recused = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False)


class AppealViewSet(ReadOnlyScopedViewSet):
    """A team's own appeals, and those of a street for its staff; filed at `ratings/{id}/appeal/`."""

    queryset = Appeal.objects.select_related("region", "rating__project", "rating__round").prefetch_related(
        "indicators", "challenges"
    )
    serializer_class = AppealSerializer
    filterset_fields = ["region", "status", "rating", "rating__round", "rating__project"]
    perms = {
        "list": "evaluations.view_appeal",
        "retrieve": "evaluations.view_appeal",
        "withdraw": "evaluations.withdraw_appeal",
        **dict.fromkeys(["able", "review", "add_reviewers", "uphold", "dismiss"], "evaluations.decide_appeal"),
    }

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self.moved(appeals.withdraw)

    @extend_schema(responses=MemberSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def able(self, request: Request, pk: str) -> Response:
        """Who may look into it: not challenged, not recused, not of the team."""
        return Response(MemberSerializer(reviews.able(self.get_object()), many=True).data)

    @extend_schema(request=PanelSerializer)
    @action(detail=True, methods=["post"])
    def review(self, request: Request, pk: str) -> Response:
        """Name at least three members who look into it."""
        return self.moved(reviews.begin, PanelSerializer)

    @extend_schema(request=PanelSerializer)
    @action(detail=True, methods=["post"], url_path="add-reviewers")
    def add_reviewers(self, request: Request, pk: str) -> Response:
        return self.moved(reviews.add, PanelSerializer)

    @extend_schema(request=UpholdSerializer)
    @action(detail=True, methods=["post"])
    def uphold(self, request: Request, pk: str) -> Response:
        """Correct what it is about: new marks, or members who are recused."""
        appeal, said = self.get_object(), self.valid(UpholdSerializer)
        leaves = {leaf.code: leaf for leaf in Indicator.objects.filter(scheme=appeal.rating.round.scheme_id)}
        unknown = [row["indicator"] for row in said.get("marks", []) if row["indicator"] not in leaves]
        if unknown:
            raise serializers.ValidationError({"marks": unknown})
        said["marks"] = [(row["member"], leaves[row["indicator"]], row["value"]) for row in said.get("marks", [])]
        appeals.uphold(appeal, by=request.user, **said)
        return self.represent(appeal)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        return self.moved(appeals.dismiss, ReasonSerializer)


class FilesAppeals:
    """The action by which a team appeals, of the rating it appeals against."""

    @extend_schema(request=FileAppealSerializer, responses={201: AppealSerializer})
    @action(detail=True, methods=["post"], parser_classes=[JSONParser, MultiPartParser])
    @idempotent
    def appeal(self: Any, request: Request, pk: str) -> Response:
        """Appeal against an announced grade, once and in time."""
        rating, said = self.get_object(), self.valid(FileAppealSerializer)
        codes = said.pop("indicators")
        leaves = list(Indicator.objects.filter(scheme=rating.round.scheme_id, code__in=codes))
        if len(leaves) != len(set(codes)):
            raise serializers.ValidationError({"indicators": sorted(set(codes) - {leaf.code for leaf in leaves})})
        made = appeals.file(rating, by=request.user, indicators=leaves, **said)
        return Response(AppealSerializer(made, context=self.get_serializer_context()).data, status=201)


class ReviewerSerializer(serializers.ModelSerializer):
    counts = serializers.BooleanField(read_only=True, help_text="no longer, once excused or recused from the project")

    class Meta:
        model = Reviewer
        fields = ["id", "region", "appeal", "member", "status", "upholds", "words", "given_at", "counts"]
        read_only_fields = fields


class OpinionSerializer(serializers.Serializer):
    upholds = serializers.BooleanField()
    words = serializers.CharField(max_length=2000)


class ReviewerViewSet(ReadOnlyScopedViewSet):
    """One's own opinions, and those of a street's reviewers for its staff."""

    queryset = Reviewer.objects.select_related("region", "appeal", "member__user").with_counts()
    serializer_class = ReviewerSerializer
    filterset_fields = ["region", "appeal", "member", "status"]
    perms = {
        "list": "evaluations.view_reviewer",
        "retrieve": "evaluations.view_reviewer",
        "opine": "evaluations.review_appeal",
        "excuse": "evaluations.excuse_reviewer",
    }

    @extend_schema(request=OpinionSerializer)
    @action(detail=True, methods=["post"])
    def opine(self, request: Request, pk: str) -> Response:
        """Say whether the appeal is right, and why; once."""
        return self.moved(reviews.opine, OpinionSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def excuse(self, request: Request, pk: str) -> Response:
        return self.moved(reviews.excuse, ReasonSerializer)
