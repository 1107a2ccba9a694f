"""Who is at the venue: taken by staff from the list, or said by oneself with the code on the screen."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import ScopedViewSet, idempotent, signed_in
from communities.models import Resident
from projects.models import Poll, Presence
from projects.services import presences

from .poll_serializers import NumberField, WithinReach

TAKE = "projects.take_presence"


class PresenceSerializer(WithinReach, serializers.ModelSerializer):
    reach: ClassVar = {"poll": (Poll, TAKE), "resident": (Resident, TAKE)}
    name = serializers.CharField(source="resident.masked_name", read_only=True)
    grid = serializers.CharField(source="resident.grid", read_only=True)

    class Meta:
        model = Presence
        fields = ["id", "poll", "resident", "name", "grid", "how"]
        read_only_fields = ["how"]
        # Twice is no harm, so the constraint is not asked beforehand.
        validators: ClassVar[list[Any]] = []


class CheckInSerializer(serializers.Serializer):
    """The code that the screen shows in this half minute."""

    poll = NumberField()
    code = serializers.CharField(max_length=200)


class PresenceViewSet(mixins.ListModelMixin, ScopedViewSet):
    """The list at the door, names masked; taking somebody twice is no harm."""

    queryset = Presence.objects.select_related("resident")
    serializer_class = PresenceSerializer
    filterset_fields: ClassVar = {"poll": ["exact"], "how": ["exact"], "resident__grid": ["exact"]}
    perms: ClassVar = {
        "list": "projects.view_presence",
        "create": TAKE,
        "check_in": "projects.cast_ballot",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        """Tick somebody off at the door."""
        said = self.valid()
        return self.represent(
            presences.take(said["poll"], resident=said["resident"], by=signed_in(request)), status=201
        )

    @extend_schema(request=CheckInSerializer, responses={201: PresenceSerializer})
    @action(detail=False, methods=["post"], url_path="check-in")
    def check_in(self, request: Request) -> Response:
        """Say that one is here, with the code on the screen."""
        user, said = signed_in(request), self.valid(CheckInSerializer)
        poll = get_object_or_404(Poll.objects.for_user(user, "projects.view_poll"), pk=said["poll"])
        ticket = presences.scan(poll, code=said["code"])
        return self.represent(presences.check_in(poll, ticket=ticket, by=user), status=201)
