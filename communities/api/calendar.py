"""工作日历 in the API."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from communities.models import CalendarDay
from communities.services import calendar

from .viewsets import ReadOnlyScopedViewSet


class CalendarDaySerializer(serializers.ModelSerializer):
    class Meta:
        model = CalendarDay
        fields = ["id", "day", "is_working", "note", "completes_year"]


class DeclareSerializer(serializers.Serializer):
    day = serializers.DateField()
    last = serializers.DateField(required=False, allow_null=True, default=None, help_text="for several days in a row")
    is_working = serializers.BooleanField()
    note = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)
    completes_year = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="of the last day: the year's notice is entered in full"
    )


class CalendarDayFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(field_name="day", lookup_expr="year")

    class Meta:
        model = CalendarDay
        fields = ["year", "is_working"]


class CalendarDayViewSet(ReadOnlyScopedViewSet):
    """What was entered from the State Council's notices; other days follow the law's own holidays."""

    queryset = CalendarDay.objects.all()
    serializer_class = CalendarDaySerializer
    filterset_class = CalendarDayFilter
    perms = {
        "list": "communities.view_calendarday",
        "retrieve": "communities.view_calendarday",
        "create": "communities.add_calendarday",
    }

    @extend_schema(request=DeclareSerializer, responses={201: CalendarDaySerializer(many=True)})
    def create(self, request: Request) -> Response:
        """Say of a day, or of several in a row, whether offices work; said again, the later word holds."""
        values = self.valid(DeclareSerializer)
        self.check_anywhere(self.perms["create"])
        days = calendar.declare(values.pop("day"), by=request.user, **values)
        return Response(self.get_serializer(days, many=True).data, status=201)
