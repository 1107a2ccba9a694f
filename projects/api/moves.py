"""What a move is told through the API."""

from rest_framework import serializers


class ReasonSerializer(serializers.Serializer):
    """Why; needed where it hurts somebody."""

    reason = serializers.CharField(max_length=2000)
