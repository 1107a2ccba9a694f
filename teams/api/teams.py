"""Teams 小巷队伍 and who speaks for them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet
from communities.encryption import mask_name, mask_phone
from teams.filters import TeamContactFilter, TeamFilter
from teams.models import Team, TeamContact
from teams.services import members, teams

from .fields import RegionCode
from .members import NewMemberSerializer, TeamMemberSerializer


class TeamSerializer(serializers.ModelSerializer):
    region = RegionCode(read_only=True)
    region_name = serializers.CharField(source="region.name", read_only=True)
    type: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = Team
        fields = ["id", "region", "region_name", "status", "name", "type", "introduction", "admitted_at"]
        read_only_fields = ["status", "name", "admitted_at"]


class TeamContactSerializer(serializers.ModelSerializer):
    """Names and numbers are masked; they are revealed, with a record, in the console."""

    name = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()

    class Meta:
        model = TeamContact
        fields = ["id", "team", "name", "phone", "since"]

    def get_name(self, contact: TeamContact) -> str:
        return mask_name(contact.user.name)

    def get_phone(self, contact: TeamContact) -> str:
        return mask_phone(contact.user.phone)


class NewContactSerializer(serializers.Serializer):
    """A person by phone; the name is needed when nobody with this phone has an account yet."""

    phone = serializers.CharField(max_length=24)
    name = serializers.CharField(max_length=60, required=False, allow_blank=True)


class TeamViewSet(mixins.UpdateModelMixin, ReadOnlyScopedViewSet):
    """小巷队伍: everybody may read who they are."""

    queryset = Team.objects.select_related("region", "type")
    serializer_class = TeamSerializer
    filterset_class = TeamFilter
    http_method_names = ["get", "post", "patch", "head", "options"]
    perms = {
        "list": "teams.view_team",
        "retrieve": "teams.view_team",
        "partial_update": "teams.change_team",
        "contacts": "teams.change_team",
        "members": "teams.change_team",
        "suspend": "teams.suspend_team",
        "resume": "teams.suspend_team",
        "retire": "teams.retire_team",
    }

    def perform_update(self, serializer: Any) -> None:
        introduction = serializer.validated_data.get("introduction", serializer.instance.introduction)
        teams.describe(serializer.instance, by=self.request.user, introduction=introduction)

    @extend_schema(request=NewContactSerializer, responses={201: TeamContactSerializer})
    @action(detail=True, methods=["post"])
    def contacts(self, request: Request, pk: str) -> Response:
        """Let another person speak for the team."""
        contact = teams.add_contact(self.get_object(), by=request.user, **self.valid(NewContactSerializer))
        return Response(TeamContactSerializer(contact).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=NewMemberSerializer, responses={201: TeamMemberSerializer})
    @action(detail=True, methods=["post"])
    def members(self, request: Request, pk: str) -> Response:
        """Enter somebody who works in the team, so that they do not vote on its projects."""
        member = members.add(self.get_object(), by=request.user, **self.valid(NewMemberSerializer))
        return Response(TeamMemberSerializer(member).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, pk: str) -> Response:
        return self.moved(teams.suspend, ReasonSerializer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        return self.moved(teams.resume)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        return self.moved(teams.retire, ReasonSerializer)


class TeamContactViewSet(ReadOnlyScopedViewSet):
    """队伍联系人: read by the team's contacts and the staff, never by the public."""

    queryset = TeamContact.objects.select_related("user", "team__region")
    serializer_class = TeamContactSerializer
    filterset_class = TeamContactFilter
    perms = {
        "list": "teams.view_teamcontact",
        "retrieve": "teams.view_teamcontact",
        "destroy": "teams.change_teamcontact",
    }

    def destroy(self, request: Request, pk: str) -> Response:
        """Let a person no longer speak for the team."""
        teams.remove_contact(self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
