"""Household surveys and their questions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import CreateOnceMixin, ReadOnlyScopedViewSet, idempotent
from evaluations.api.scheme_parts import PartViewSet
from evaluations.forms import AccountField
from evaluations.models import Survey, SurveyQuestion
from evaluations.sampling import margin
from evaluations.services import draws, surveys
from evaluations.survey_report import report_of

VIEW, RUN = "evaluations.view_survey", "evaluations.run_survey"


class SurveySerializer(serializers.ModelSerializer):
    margin = serializers.SerializerMethodField(help_text="percentage points, 95 %, if everybody drawn answers")

    class Meta:
        model = Survey
        fields = [
            *("id", "region", "round", "title", "intro", "intro_en", "size", "substitutes", "visits", "closes_at"),
            *("status", "seed", "population", "unlisted", "frame_hash", "margin", "asked", "answered", "closed_at"),
        ]
        read_only_fields = [
            *("status", "seed", "population", "unlisted", "frame_hash", "asked", "answered", "closed_at"),
        ]
        validators: list[Any] = []

    def get_margin(self, survey: Survey) -> str | None:
        reached = margin(survey.size, survey.population) if survey.population else None
        return None if reached is None else str(reached)


class DrawSerializer(serializers.Serializer):
    seed = serializers.CharField(max_length=64)


class StartSerializer(serializers.Serializer):
    closes_at = serializers.DateTimeField(required=False)


class CopySerializer(serializers.Serializer):
    from_survey = serializers.PrimaryKeyRelatedField(queryset=Survey.objects.all())


class AssignSerializer(serializers.Serializer):
    account = serializers.CharField(help_text="user name or phone")
    grid = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=32)

    def validate_account(self, value: str) -> Any:
        return AccountField().clean(value)


class FigureSerializer(serializers.Serializer):
    """One question of one project; below five answers there is no figure."""

    question = serializers.IntegerField(source="question.pk")
    project = serializers.IntegerField(source="project.pk", default=None)
    answers = serializers.IntegerField(allow_null=True)
    margin = serializers.DecimalField(max_digits=5, decimal_places=1, allow_null=True)
    share = serializers.DecimalField(max_digits=5, decimal_places=1, allow_null=True, help_text="per cent")
    levels = serializers.ListField(child=serializers.IntegerField(), help_text="from level 1 to level 5")
    texts = serializers.ListField(child=serializers.CharField())


class GridFigureSerializer(serializers.Serializer):
    grids = serializers.ListField(child=serializers.CharField())
    answers = serializers.IntegerField()
    share = serializers.DecimalField(max_digits=5, decimal_places=1)


class ReportSerializer(serializers.Serializer):
    """How far a survey is; the figures come when the committee's round is closed for marks."""

    drawn = serializers.IntegerField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    refused = serializers.IntegerField()
    absent = serializers.IntegerField()
    open = serializers.IntegerField()
    substitutes_left = serializers.IntegerField()
    response_rate = serializers.DecimalField(max_digits=5, decimal_places=1, allow_null=True)
    margin = serializers.DecimalField(max_digits=5, decimal_places=1, allow_null=True)
    is_shown = serializers.BooleanField()
    figures = FigureSerializer(many=True)
    grids = GridFigureSerializer(many=True)


class FrameSerializer(serializers.Serializer):
    """The published list and what was drawn from it: whoever has both and the seed draws again."""

    households = serializers.CharField(help_text="CSV: grid, household code")
    drawn = serializers.CharField(help_text="CSV: grid, place, household code, drawn or substitute")


class SurveyViewSet(CreateOnceMixin, mixins.UpdateModelMixin, ReadOnlyScopedViewSet):
    """入户调查: planned → listed and drawn by a public seed → under way → closed."""

    queryset = Survey.objects.select_related("region", "round__region")
    serializer_class = SurveySerializer
    filterset_fields = ["region", "round", "status"]
    http_method_names = ["get", "post", "patch", "head", "options"]
    perms = {
        **dict.fromkeys(["list", "retrieve", "frame"], VIEW),
        "create": "evaluations.add_survey",
        **dict.fromkeys(["partial_update", "copy"], "evaluations.change_survey"),
        **dict.fromkeys(["list_households", "draw", "start", "close", "cancel", "assign"], RUN),
        "report": "evaluations.view_surveyresult",
    }

    def get_queryset(self) -> Any:
        """The figures are for those who may read results, not for everybody who sees the draw."""
        rows = super().get_queryset()
        return rows.within(*self.request.user.codes_granting(VIEW)) if self.action == "report" else rows

    def perform_create(self, serializer: Any) -> None:
        self.check_region(serializer.validated_data["region"], self.perms["create"])
        self.check_region(serializer.validated_data["round"].region, self.perms["create"])
        serializer.instance = surveys.plan(by=self.request.user, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> None:
        fields = {name: value for name, value in serializer.validated_data.items() if name != "region"}
        if "round" in fields:
            self.check_region(fields["round"].region, self.perms["partial_update"])
        surveys.edit(serializer.instance, by=self.request.user, **fields)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="list-households")
    def list_households(self, request: Request, pk: str) -> Response:
        """Take the list of households and record its fingerprint; the seed comes after it."""
        return self.moved(draws.list_households)

    @extend_schema(request=DrawSerializer)
    @action(detail=True, methods=["post"])
    def draw(self, request: Request, pk: str) -> Response:
        return self.moved(draws.draw, DrawSerializer)

    @extend_schema(request=StartSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        return self.moved(surveys.start, StartSerializer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        return self.moved(surveys.close)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self.moved(surveys.cancel, ReasonSerializer)

    @extend_schema(request=CopySerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def copy(self, request: Request, pk: str) -> Response:
        """Take over another survey's questions."""
        survey, source = self.get_object(), self.valid(CopySerializer)["from_survey"]
        self.check_region(source.region, self.perms["copy"])
        surveys.copy_questions(survey, source=source, by=request.user)
        return self.represent(survey)

    @extend_schema(request=AssignSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give an interviewer the households of a grid, or, without one, all that nobody has."""
        survey, said = self.get_object(), self.valid(AssignSerializer)
        surveys.assign(survey, interviewer=said["account"], grid=said.get("grid"), by=request.user)
        return self.represent(survey)

    @extend_schema(responses=FrameSerializer, filters=False)
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def frame(self, request: Request, pk: str) -> Response:
        return Response(FrameSerializer(draws.published(self.get_object())).data)

    @extend_schema(responses=ReportSerializer, filters=False)
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def report(self, request: Request, pk: str) -> Response:
        return Response(ReportSerializer(report_of(self.get_object())).data)


class SurveyQuestionSerializer(serializers.ModelSerializer):
    class Meta:
        model = SurveyQuestion
        fields = ["id", "survey", "order", "kind", "text", "text_en", "per_project", "indicator"]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """What counts is of the survey's own round."""
        survey = data.get("survey") or getattr(self.instance, "survey", None)
        indicator = data.get("indicator")
        if indicator and survey and indicator.scheme_id != survey.round.scheme_id:
            raise serializers.ValidationError(_("The indicator belongs to the scheme of the round."))
        return data


class SurveyQuestionViewSet(mixins.RetrieveModelMixin, PartViewSet):
    """Written until the survey starts; afterwards the database says no (409)."""

    queryset = SurveyQuestion.objects.select_related("survey__round", "survey__region")
    serializer_class = SurveyQuestionSerializer
    filterset_fields = ["survey", "kind", "indicator"]
    perms = {
        "list": VIEW,
        "retrieve": VIEW,
        **dict.fromkeys(["create", "update", "partial_update", "destroy"], "evaluations.change_survey"),
    }
    whole = "survey"
