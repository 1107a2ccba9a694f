"""Drawn households for their interviewers, what households answer, and what surveys gave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from communities.addresses import address_of
from communities.api.viewsets import ReadOnlyScopedViewSet, ScopedViewSet
from evaluations.models import SurveyHousehold, SurveyQuestion, SurveyResult, SurveyVisit
from evaluations.services import letters, survey_answers, visits
from evaluations.services.survey_answers import Given

NOTED = [choice for choice in SurveyVisit.Outcome.choices if choice[0] != SurveyVisit.Outcome.ANSWERED]


class HouseholdSerializer(serializers.ModelSerializer):
    """The address is masked; `POST /reveals/` shows it for a purpose and records that."""

    address = serializers.CharField(source="masked_address", read_only=True)
    visits = serializers.SerializerMethodField()

    class Meta:
        model = SurveyHousehold
        fields = [
            *("id", "survey", "household", "grid", "number", "is_drawn", "status"),
            *("interviewer", "address", "has_letter", "visits"),
        ]

    def get_visits(self, household: SurveyHousehold) -> list[dict[str, str]]:
        return [{"outcome": visit.outcome, "on": visit.on.isoformat()} for visit in household.visits.all()]


class NotedSerializer(serializers.Serializer):
    """When and by which device a visit was noted; with a `key` it happens once however often it is sent."""

    key = serializers.UUIDField(required=False)
    on = serializers.DateField(required=False, help_text="one of the last seven days; else today")


class OutcomeSerializer(NotedSerializer):
    outcome = serializers.ChoiceField(NOTED)


class SaidSerializer(serializers.Serializer):
    """One answer: a level from 1 to 5 (yes is 5, no is 1), or a text; `project` where it is asked of each."""

    question = serializers.IntegerField()
    project = serializers.IntegerField(required=False, allow_null=True, default=None)
    level = serializers.IntegerField(required=False, allow_null=True, default=None)
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=survey_answers.LONGEST_TEXT)


class AnswersSerializer(serializers.Serializer):
    """What a household says."""

    answers = SaidSerializer(many=True)


class AnsweredSerializer(NotedSerializer, AnswersSerializer):
    """What a household says to an interviewer."""


def given_in(answers: Iterable[dict[str, Any]]) -> Given:
    """What was said, as the service takes it."""
    return {(each["question"], each["project"]): (each["level"], each["text"]) for each in answers}


class AskedSerializer(serializers.Serializer):
    question = serializers.IntegerField(source="question.pk")
    project = serializers.IntegerField(source="project.pk", default=None, allow_null=True)
    project_title = serializers.CharField(source="project.title", default=None, allow_null=True)
    kind = serializers.ChoiceField(SurveyQuestion.Kind.choices, source="question.kind")
    text = serializers.CharField(source="question.text")
    text_en = serializers.CharField(source="question.text_en")


class SurveyHouseholdViewSet(ReadOnlyScopedViewSet):
    """抽中住户: an interviewer's own while the survey is under way; the street's all."""

    queryset = SurveyHousehold.objects.select_related("survey__region", "survey__round", "resident").prefetch_related(
        "visits"
    )
    serializer_class = HouseholdSerializer
    filterset_fields = ["survey", "status", "grid", "interviewer"]
    perms = {
        "list": "evaluations.view_surveyhousehold",
        "retrieve": "evaluations.view_surveyhousehold",
        **dict.fromkeys(["questions", "visit", "answer"], "evaluations.visit_surveyhousehold"),
    }

    @extend_schema(responses=AskedSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def questions(self, request: Request, pk: str) -> Response:
        """What is asked at this door."""
        asked = survey_answers.questionnaire(self.get_object().survey)
        return Response(AskedSerializer(asked, many=True).data)

    @extend_schema(request=OutcomeSerializer)
    @action(detail=True, methods=["post"])
    def visit(self, request: Request, pk: str) -> Response:
        """Nobody at home, or refused; the next substitute may move up."""
        household, said = self.get_object(), self.valid(OutcomeSerializer)
        visits.note(household, by=request.user, **said)
        return self.represent(self.get_object())

    @extend_schema(request=AnsweredSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """What the household says, once. No Idempotency-Key: its record would keep what was answered, with a name."""
        household, said = self.get_object(), self.valid(AnsweredSerializer)
        visits.answer(household, given=given_in(said.pop("answers")), by=request.user, **said)
        return self.represent(self.get_object())


class LetterCodeSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=40, help_text="the twelve digits of the letter")


class AnswerByCodeSerializer(LetterCodeSerializer, AnswersSerializer):
    pass


class ThanksSerializer(serializers.Serializer):
    survey = serializers.CharField()


class SurveyAnswerViewSet(ScopedViewSet):
    """A household answers by the code of its letter, without an account; five wrong codes close the door a while."""

    queryset = SurveyHousehold.objects.all()
    permission_classes = [AllowAny]
    serializer_class = AnswerByCodeSerializer
    perms = {"create": "evaluations.answer_survey", "questions": "evaluations.answer_survey"}

    @extend_schema(request=LetterCodeSerializer, responses=AskedSerializer(many=True))
    @action(detail=False, methods=["post"], pagination_class=None, filter_backends=[])
    def questions(self, request: Request) -> Response:
        """What this household is asked."""
        household = letters.find_by_code(self.valid(LetterCodeSerializer)["code"], address=address_of(request))
        return Response(AskedSerializer(survey_answers.questionnaire(household.survey), many=True).data)

    @extend_schema(responses={201: ThanksSerializer})
    def create(self, request: Request) -> Response:
        """Answer, once. A record by Idempotency-Key would keep what was answered."""
        said = self.valid()
        household = letters.find_by_code(said["code"], address=address_of(request))
        survey_answers.answer(household, given=given_in(said["answers"]))
        return Response({"survey": str(household.survey)}, status=201)


class SurveyResultSerializer(serializers.ModelSerializer):
    project = serializers.IntegerField(source="rating.project_id", read_only=True)

    class Meta:
        model = SurveyResult
        fields = ["id", "survey", "rating", "project", "indicator", "answers", "share", "mark"]


class SurveyResultViewSet(ReadOnlyScopedViewSet):
    """What closed surveys gave each project, once the round is closed for marks."""

    queryset = SurveyResult.objects.select_related("rating")
    serializer_class = SurveyResultSerializer
    filterset_fields = ["survey", "rating", "indicator"]
    perms = {"list": "evaluations.view_surveyresult", "retrieve": "evaluations.view_surveyresult"}
