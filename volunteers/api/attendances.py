"""Attendance: one's own, and for staff the hours to confirm."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from volunteers.models import Attendance
from volunteers.models.attendance import AttendanceQuerySet
from volunteers.services import attendances


class AttendanceSerializer(serializers.ModelSerializer):
    volunteer = serializers.CharField(source="volunteer.number", read_only=True)
    name = serializers.CharField(source="volunteer.masked_name", read_only=True)

    class Meta:
        model = Attendance
        fields = [
            *["id", "activity", "volunteer", "name", "status", "started_at", "ended_at", "minutes"],
            *["means_in", "means_out", "is_late", "evaluation", "points"],
        ]
        read_only_fields = fields

    is_late = serializers.BooleanField(read_only=True, help_text="the check-in or the check-out was sent later")


class AttendanceFilter(django_filters.FilterSet):
    overdue = django_filters.BooleanFilter(
        method="filter_overdue", help_text="true: not recorded within ten working days after the activity"
    )

    class Meta:
        model = Attendance
        fields = {
            "activity": ["exact"],
            "status": ["exact"],
            "region__code": ["exact", "startswith"],
            "volunteer__number": ["exact"],
            "started_at": ["gte", "lt"],
        }

    def filter_overdue(self, rows: AttendanceQuerySet, _name: str, wanted: bool) -> AttendanceQuerySet:
        overdue = Attendance.objects.overdue(at=now()).values("pk")
        return rows.filter(pk__in=overdue) if wanted else rows.exclude(pk__in=overdue)


class LeavingSerializer(serializers.Serializer):
    at = serializers.DateTimeField(required=False, help_text="when they left; now, unless said")


class ConfirmationSerializer(serializers.Serializer):
    evaluation = serializers.CharField(
        allow_blank=True, default="", help_text="how the service was done; without a word it is evaluation_needed"
    )
    minutes = serializers.IntegerField(min_value=0, max_value=24 * 60, required=False)


class CorrectionSerializer(serializers.Serializer):
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    reason = serializers.CharField()


class AttendanceViewSet(ReadOnlyScopedViewSet):
    queryset = Attendance.objects.select_related("volunteer")
    serializer_class = AttendanceSerializer
    filterset_class = AttendanceFilter
    perms = {
        "list": "volunteers.view_attendance",
        "retrieve": "volunteers.view_attendance",
        "check_out": "volunteers.confirm_attendance",
        "confirm": "volunteers.confirm_attendance",
        "reject": "volunteers.confirm_attendance",
        "correct": "volunteers.confirm_attendance",
        "reopen": "volunteers.reopen_attendance",
    }

    @extend_schema(request=LeavingSerializer, responses=AttendanceSerializer)
    @action(detail=True, methods=["post"], url_path="check-out", serializer_class=LeavingSerializer)
    def check_out(self, request: Request, pk: int) -> Response:
        return self._moved(attendances.check_out, LeavingSerializer)

    @extend_schema(request=ConfirmationSerializer, responses=AttendanceSerializer)
    @action(detail=True, methods=["post"], serializer_class=ConfirmationSerializer)
    @idempotent
    def confirm(self, request: Request, pk: int) -> Response:
        return self._moved(attendances.confirm, ConfirmationSerializer)

    @extend_schema(request=ReasonSerializer, responses=AttendanceSerializer)
    @action(detail=True, methods=["post"], serializer_class=ReasonSerializer)
    def reject(self, request: Request, pk: int) -> Response:
        return self._moved(attendances.reject, ReasonSerializer)

    @extend_schema(request=CorrectionSerializer, responses=AttendanceSerializer)
    @action(detail=True, methods=["post"], serializer_class=CorrectionSerializer)
    def correct(self, request: Request, pk: int) -> Response:
        return self._moved(attendances.correct, CorrectionSerializer)

    @extend_schema(request=ReasonSerializer, responses=AttendanceSerializer)
    @action(detail=True, methods=["post"], serializer_class=ReasonSerializer)
    def reopen(self, request: Request, pk: int) -> Response:
        return self._moved(attendances.reopen, ReasonSerializer)

    def _moved(self, service: Any, asks: Any) -> Response:
        attendance = self.get_object()
        service(attendance, by=self.request.user, **self.valid(asks))
        attendance.refresh_from_db()
        return Response(AttendanceSerializer(attendance).data)
