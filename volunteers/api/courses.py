"""Classes of courses, and the places in them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from volunteers.models import CoursePlace, CourseSession, Reward
from volunteers.services import courses, redemptions

RUN = "volunteers.run_coursesession"


class CourseSessionSerializer(serializers.ModelSerializer):
    reward: Any = serializers.PrimaryKeyRelatedField(queryset=Reward.objects.select_related("region"))
    reward_title = serializers.CharField(source="reward.__str__", read_only=True)
    seats = serializers.IntegerField(min_value=1, max_value=10_000)

    class Meta:
        model = CourseSession
        fields = [
            *["id", "region", "reward", "reward_title", "starts_at", "ends_at"],
            *["place", "place_en", "seats", "status"],
        ]
        read_only_fields = ["region", "ends_at", "status"]


class SeatsSerializer(serializers.Serializer):
    seats = serializers.IntegerField(min_value=1, max_value=10_000)


class CoursePlaceSerializer(serializers.ModelSerializer):
    volunteer = serializers.CharField(source="volunteer.number", read_only=True)
    name = serializers.CharField(source="volunteer.masked_name", read_only=True)
    voucher = serializers.CharField(source="redemption.status", read_only=True, help_text="used: they came")

    class Meta:
        model = CoursePlace
        fields = ["id", "session", "seat_number", "volunteer", "name", "redemption", "voucher", "given_back_at"]
        read_only_fields = fields


class CourseSessionViewSet(ReadOnlyScopedViewSet):
    queryset = CourseSession.objects.select_related("reward", "region")
    serializer_class = CourseSessionSerializer
    filterset_fields = {"reward": ["exact"], "status": ["exact"], "starts_at": ["gte", "lt"]}
    perms = {
        "list": "volunteers.view_coursesession",
        "retrieve": "volunteers.view_coursesession",
        "create": "volunteers.add_coursesession",
        "change_seats": RUN,
        "call_off": RUN,
    }

    @idempotent
    def create(self, request: Request) -> Response:
        """Plan a class; it lasts as long as the course says."""
        self.check_anywhere(self.perms["create"])
        data = self.valid()
        self.check_region(data["reward"].region, self.perms["create"])
        return self.represent(courses.plan(CourseSession(**data), by=request.user), status=201)

    @extend_schema(request=SeatsSerializer, responses=CourseSessionSerializer)
    @action(detail=True, methods=["post"], url_path="change-seats", serializer_class=SeatsSerializer)
    def change_seats(self, request: Request, pk: int) -> Response:
        return self._done(courses.change_seats, **self.valid(SeatsSerializer))

    @extend_schema(request=ReasonSerializer, responses=CourseSessionSerializer)
    @action(detail=True, methods=["post"], url_path="call-off", serializer_class=ReasonSerializer)
    def call_off(self, request: Request, pk: int) -> Response:
        """The class does not take place: everybody gets their points back and is told."""
        return self._done(redemptions.call_off, **self.valid(ReasonSerializer))

    def _done(self, service: Any, **fields: Any) -> Response:
        session = self.get_object()
        service(session, by=self.request.user, **fields)
        return Response(CourseSessionSerializer(session).data)


class CoursePlaceViewSet(ReadOnlyScopedViewSet):
    queryset = CoursePlace.objects.select_related("volunteer", "redemption")
    serializer_class = CoursePlaceSerializer
    filterset_fields = {"session": ["exact"], "redemption__status": ["exact"]}
    perms = {"list": "volunteers.view_courseplace", "retrieve": "volunteers.view_courseplace"}
