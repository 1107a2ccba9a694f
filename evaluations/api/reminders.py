"""Reminders of missing sheets, and holds on them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import CreateOnceMixin, ReadOnlyScopedViewSet
from communities.encryption import mask_name
from evaluations.models import Reminder, ReminderHold
from evaluations.services import reminders


class ReminderSerializer(serializers.ModelSerializer):
    """The member's name is masked; `is_held` says whether a hold keeps a planned one back for now."""

    name = serializers.SerializerMethodField()
    is_held = serializers.BooleanField(read_only=True)

    class Meta:
        model = Reminder
        fields = ["id", "round", "member", "name", "day", "status", "is_held", "missing", "sent_at"]
        read_only_fields = fields

    def get_name(self, reminder: Reminder) -> str:
        return mask_name(reminder.member.user.name)


class ReminderViewSet(ReadOnlyScopedViewSet):
    """What was sent and what will be."""

    queryset = Reminder.objects.with_hold().select_related("member__user")
    serializer_class = ReminderSerializer
    filterset_fields = {"round": ["exact"], "member": ["exact"], "status": ["exact"], "day": ["exact", "gte", "lte"]}
    perms = {"list": "evaluations.view_reminder", "retrieve": "evaluations.view_reminder"}


class ReminderHoldSerializer(serializers.ModelSerializer):
    class Meta:
        model = ReminderHold
        fields = ["id", "region", "round", "member", "reason", "status"]
        read_only_fields = ["region", "status"]
        # What stands in the way is said by the service.
        validators: list[Any] = []


class ReminderHoldViewSet(CreateOnceMixin, ReadOnlyScopedViewSet):
    """Hold back the reminders of a round, to one member or to all (no member)."""

    queryset = ReminderHold.objects.all()
    serializer_class = ReminderHoldSerializer
    filterset_fields = ["region", "round", "member", "status"]
    perms = {
        "list": "evaluations.view_reminderhold",
        "retrieve": "evaluations.view_reminderhold",
        "create": "evaluations.add_reminderhold",
        "release": "evaluations.release_reminderhold",
    }

    def perform_create(self, serializer: Any) -> None:
        said = dict(serializer.validated_data)
        self.check_region(said["round"].region, self.perms["create"])
        serializer.instance = reminders.hold(said.pop("round"), by=self.request.user, **said)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """Let reminders go out again."""
        return self.moved(reminders.release)
