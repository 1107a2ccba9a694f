"""Agreements through the API: signed by each side once, ended, renewed."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from projects.models import YUAN, Agreement
from projects.services import agreements, signatures
from teams.models import CooperationMode


class AgreementSerializer(serializers.ModelSerializer):
    region = serializers.CharField(source="region.code", read_only=True)
    number = serializers.CharField(read_only=True)
    mode: serializers.SlugRelatedField[CooperationMode] = serializers.SlugRelatedField(
        slug_field="code", read_only=True
    )

    class Meta:
        model = Agreement
        fields = [
            "id",
            "region",
            "project",
            "number",
            "renews",
            "status",
            "starts_on",
            "ends_on",
            "mode",
            "funds",
            "space",
            "charges",
            "share_returned",
            "terms",
            "team_signed_at",
            "community_signed_at",
        ]


class ExtentSerializer(serializers.Serializer):
    """What both sides agree on; what is not said comes from the project, or from the agreement that is renewed."""

    ends_on = serializers.DateField()
    mode: serializers.SlugRelatedField[CooperationMode] = serializers.SlugRelatedField(
        slug_field="code", queryset=CooperationMode.objects.active(), required=False
    )
    funds = serializers.DecimalField(min_value=0, required=False, **YUAN)
    space = serializers.CharField(max_length=200, required=False, allow_blank=True)
    charges = serializers.CharField(max_length=700, required=False, allow_blank=True)
    share_returned = serializers.IntegerField(min_value=0, max_value=100, required=False)
    terms = serializers.CharField(max_length=4000, required=False, allow_blank=True)


class TermsSerializer(ExtentSerializer):
    starts_on = serializers.DateField()


class AgreementViewSet(ReadOnlyScopedViewSet):
    queryset = Agreement.objects.select_related("region", "project", "mode")
    serializer_class = AgreementSerializer
    filterset_fields: ClassVar = {
        "region__code": ["exact", "startswith"],
        "status": ["exact", "in"],
        "project": ["exact"],
        "project__team": ["exact"],
        "starts_on": ["gte", "lte"],
        "ends_on": ["gte", "lte"],
    }
    perms: ClassVar = {
        "list": "projects.view_agreement",
        "retrieve": "projects.view_agreement",
        "sign_for_team": "projects.sign_agreement_for_team",
        "sign_for_community": "projects.sign_agreement_for_community",
        "cancel": "projects.end_agreement",
        "terminate": "projects.end_agreement",
        "renew": "projects.draft_agreement",
    }

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="sign-for-team")
    @idempotent
    def sign_for_team(self, request: Request, pk: str) -> Response:
        return self.moved(signatures.sign_for_team)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="sign-for-community")
    @idempotent
    def sign_for_community(self, request: Request, pk: str) -> Response:
        return self.moved(signatures.sign_for_community)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self.moved(agreements.cancel, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def terminate(self, request: Request, pk: str) -> Response:
        return self.moved(agreements.terminate, ReasonSerializer)

    @extend_schema(request=ExtentSerializer, responses={201: AgreementSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def renew(self, request: Request, pk: str) -> Response:
        following = agreements.renew(self.get_object(), by=request.user, **self.valid(ExtentSerializer))
        return self.represent(following, status=201)
