"""Committees, their members, and who is recused."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import CreateOnceMixin, ReadOnlyScopedViewSet, idempotent
from communities.encryption import mask_name
from evaluations.forms import AccountField
from evaluations.models import Committee, CommitteeMember, Recusal, Seat
from evaluations.services import committees, recusals


class CommitteeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Committee
        fields = ["id", "region", "name", "status"]
        read_only_fields = ["status"]


class MemberSerializer(serializers.ModelSerializer):
    """The name is masked; the console shows it to those who work with it."""

    name = serializers.SerializerMethodField()

    class Meta:
        model = CommitteeMember
        fields = ["id", "committee", "user", "name", "group", "since", "until", "replaces"]

    def get_name(self, member: CommitteeMember) -> str:
        return mask_name(member.user.name)


class AppointSerializer(serializers.Serializer):
    account = serializers.CharField(help_text="user name or phone")
    group = serializers.ChoiceField(Seat.choices)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False, allow_null=True)

    def validate_account(self, value: str) -> Any:
        return AccountField().clean(value)


class CommitteeViewSet(CreateOnceMixin, ReadOnlyScopedViewSet):
    queryset = Committee.objects.all()
    serializer_class = CommitteeSerializer
    filterset_fields = ["region", "status"]
    perms = {
        "list": "evaluations.view_committee",
        "retrieve": "evaluations.view_committee",
        "create": "evaluations.add_committee",
        "appoint": "evaluations.change_committee",
        "dissolve": "evaluations.change_committee",
    }

    def perform_create(self, serializer: Any) -> None:
        self.check_region(serializer.validated_data["region"], self.perms["create"])
        serializer.instance = committees.found(by=self.request.user, **serializer.validated_data)

    @extend_schema(request=AppointSerializer, responses={201: MemberSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def appoint(self, request: Request, pk: str) -> Response:
        committee, fields = self.get_object(), self.valid(AppointSerializer)
        member = committees.appoint(committee, user=fields.pop("account"), by=request.user, **fields)
        return Response(MemberSerializer(member).data, status=201)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def dissolve(self, request: Request, pk: str) -> Response:
        return self.moved(committees.dissolve, ReasonSerializer)


class ReplaceSerializer(ReasonSerializer):
    account = serializers.CharField(help_text="user name or phone of the successor")

    def validate_account(self, value: str) -> Any:
        return AccountField().clean(value)


class DismissSerializer(ReasonSerializer):
    until = serializers.DateField(required=False)


class CommitteeMemberViewSet(ReadOnlyScopedViewSet):
    queryset = CommitteeMember.objects.select_related("user")
    serializer_class = MemberSerializer
    filterset_fields = ["committee", "group", "user"]
    perms = {
        "list": "evaluations.view_committeemember",
        "retrieve": "evaluations.view_committeemember",
        "dismiss": "evaluations.change_committee",
        "replace": "evaluations.change_committee",
    }

    @extend_schema(request=DismissSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        return self.moved(committees.dismiss, DismissSerializer)

    @extend_schema(request=ReplaceSerializer, responses={201: MemberSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def replace(self, request: Request, pk: str) -> Response:
        """Give the seat to a successor, with the sheets that are not handed in yet."""
        member, fields = self.get_object(), self.valid(ReplaceSerializer)
        new = committees.replace(member, user=fields["account"], reason=fields["reason"], by=request.user)
        return self.represent(new, status=201)


class RecusalSerializer(serializers.ModelSerializer):
    member = serializers.PrimaryKeyRelatedField(queryset=CommitteeMember.objects.all(), write_only=True)

    class Meta:
        model = Recusal
        fields = ["id", "region", "user", "member", "project", "reason", "by", "at"]
        read_only_fields = ["region", "user", "by", "at"]
        validators: list[Any] = []


class RecusalViewSet(CreateOnceMixin, ReadOnlyScopedViewSet):
    """Recusals by the street; a member recuses themselves at their score sheet."""

    queryset = Recusal.objects.all()
    serializer_class = RecusalSerializer
    filterset_fields = ["region", "user", "project"]
    perms = {
        "list": "evaluations.view_recusal",
        "retrieve": "evaluations.view_recusal",
        "create": "evaluations.add_recusal",
    }

    def perform_create(self, serializer: Any) -> None:
        fields = serializer.validated_data
        member, region = fields["member"], fields["member"].committee.region
        self.check_region(region, self.perms["create"])
        self.check_region(fields["project"].region, self.perms["create"])
        serializer.instance = recusals.recuse(
            member.user, project=fields["project"], region=region, reason=fields["reason"], by=self.request.user
        )
