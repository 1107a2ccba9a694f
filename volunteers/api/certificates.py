"""Certificates of service: issued by the volunteer, checked by anybody, sealed and revoked by staff."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from communities.addresses import address_of
from communities.api.parsers import BoundedJSONParser
from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent, signed_in
from communities.models import Region
from volunteers.models import Certificate, Seal
from volunteers.services import certificates, seals, volunteers


class CertificateSerializer(serializers.ModelSerializer):
    number = serializers.CharField(source="shown_number", read_only=True)
    content = serializers.JSONField(read_only=True, help_text="unit, services and former, minutes; in both languages")

    class Meta:
        model = Certificate
        fields = [
            *("id", "number", "volunteer", "region", "first_on", "last_on", "minutes", "content", "content_hash"),
            *("issued_at", "seal", "superseded_by", "status"),
        ]
        read_only_fields = fields


class PeriodSerializer(serializers.Serializer):
    first_on = serializers.DateField()
    last_on = serializers.DateField(required=False, help_text="today, where it is not said")
    with_document = serializers.BooleanField(default=False, help_text="print the document that the profile keeps")


class NumberSerializer(serializers.Serializer):
    number = serializers.CharField(max_length=40)


class CheckedSerializer(serializers.ModelSerializer):
    """No more than the certificate itself says, and whether it holds."""

    number = serializers.CharField(source="shown_number", read_only=True)
    volunteer = serializers.CharField(source="content.volunteer", help_text="volunteer number")
    unit = serializers.CharField()
    services = serializers.ListField(child=serializers.JSONField())

    class Meta:
        model = Certificate
        fields = ["number", "status", "name", "volunteer", "unit", "first_on", "last_on", "minutes", "services"]
        read_only_fields = fields


class CertificateViewSet(ReadOnlyScopedViewSet):
    queryset = Certificate.objects.all()
    serializer_class = CertificateSerializer
    filterset_fields = {"region__code": ["exact", "startswith"], "status": ["exact"], "volunteer": ["exact"]}
    perms = {
        "list": "volunteers.view_certificate",
        "retrieve": "volunteers.view_certificate",
        "create": "volunteers.issue_certificate",
        "check": "volunteers.check_certificate",
        "seal": "volunteers.seal_certificate",
        "revoke": "volunteers.revoke_certificate",
    }

    @extend_schema(request=PeriodSerializer, responses={201: CertificateSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Issue one's own certificate; asked again while nothing has changed, it is the same."""
        user, asked = signed_in(request), self.valid(PeriodSerializer)
        period = {**asked, "last_on": asked.get("last_on") or localdate()}
        return self.represent(certificates.issue(volunteers.of_user(user), by=user, **period), status=201)

    @extend_schema(request=NumberSerializer, responses=CheckedSerializer, operation_id="certificates_check")
    @action(detail=False, methods=["post"], serializer_class=NumberSerializer)
    def check(self, request: Request) -> Response:
        """Whether a certificate holds, by its number; open to everybody, five wrong numbers and it waits."""
        number = self.valid(NumberSerializer)["number"]
        return Response(CheckedSerializer(certificates.find(number, address=address_of(request))).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def seal(self, request: Request, pk: int) -> Response:
        return self.moved(certificates.seal)

    @extend_schema(request=ReasonSerializer, responses=CertificateSerializer)
    @action(detail=True, methods=["post"], serializer_class=ReasonSerializer)
    def revoke(self, request: Request, pk: int) -> Response:
        certificate = self.get_object()
        certificates.revoke(certificate, by=request.user, **self.valid(ReasonSerializer))
        return Response(CertificateSerializer(certificate).data)


class SealSerializer(serializers.ModelSerializer):
    class Meta:
        model = Seal
        fields = ["id", "region", "unit", "unit_en", "status"]
        read_only_fields = fields


class NewSealSerializer(serializers.Serializer):
    """A unit and the picture of its seal, PNG or JPEG; the one in use before is retired."""

    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.all())
    unit = serializers.CharField(max_length=80)
    unit_en = serializers.CharField(max_length=120, allow_blank=True, default="")
    file = serializers.FileField(max_length=255)


class SealViewSet(ReadOnlyScopedViewSet):
    queryset = Seal.objects.all()
    serializer_class = SealSerializer
    filterset_fields = {"region__code": ["exact", "startswith"], "status": ["exact"]}
    parser_classes = [MultiPartParser, BoundedJSONParser]
    perms = {
        "list": "volunteers.view_seal",
        "retrieve": "volunteers.view_seal",
        "create": "volunteers.add_seal",
        "retire": "volunteers.retire_seal",
    }

    @extend_schema(request={"multipart/form-data": NewSealSerializer}, responses={201: SealSerializer})
    def create(self, request: Request) -> Response:
        data: dict[str, Any] = self.valid(NewSealSerializer)
        self.check_region(data["region"], self.perms["create"])
        return self.represent(seals.keep(data.pop("region"), by=request.user, **data), status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: int) -> Response:
        return self.moved(seals.retire)
