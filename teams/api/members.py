"""Team members 队伍成员, whom no list names in full."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import ReadOnlyScopedViewSet
from teams.filters import TeamMemberFilter
from teams.models import TeamMember
from teams.services import members


class TeamMemberSerializer(serializers.ModelSerializer):
    """Names and numbers are masked; staff see them for a purpose, with a record."""

    name = serializers.CharField(source="masked_name", read_only=True)
    phone = serializers.CharField(source="masked_phone", read_only=True)

    class Meta:
        model = TeamMember
        fields = ["id", "team", "name", "phone", "joined_on", "left_on"]


class NewMemberSerializer(serializers.Serializer):
    """Somebody who works in the team."""

    name = serializers.CharField(max_length=64)
    phone = serializers.CharField(max_length=24)


class TeamMemberViewSet(ReadOnlyScopedViewSet):
    """队伍成员: read by the team's contacts and the staff, never by the public."""

    queryset = TeamMember.objects.select_related("team__region")
    serializer_class = TeamMemberSerializer
    filterset_class = TeamMemberFilter
    perms = {
        "list": "teams.view_teammember",
        "retrieve": "teams.view_teammember",
        "leave": "teams.change_teammember",
    }

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: str) -> Response:
        """Write down that somebody no longer works in the team."""
        return self.moved(members.leave)
