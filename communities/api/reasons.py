"""What a move is told through the API: why."""

from __future__ import annotations

from rest_framework import serializers


class ReasonSerializer(serializers.Serializer):
    """Why; needed where it hurts somebody."""

    reason = serializers.CharField(max_length=2000)


class OptionalReasonSerializer(serializers.Serializer):
    """Why, if there is something to say."""

    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
