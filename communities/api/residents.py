"""居民名册 in the API: masked, moved by its moves."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.models import Region, Resident
from communities.services import erasure, residents

from .reasons import ReasonSerializer
from .viewsets import ReadOnlyScopedViewSet, idempotent


class ResidentSerializer(serializers.ModelSerializer):
    """A resident as lists show them: name and phone masked, the address not at all."""

    name = serializers.CharField(source="masked_name", read_only=True)
    phone = serializers.CharField(source="masked_phone", read_only=True)

    class Meta:
        model = Resident
        fields = ["id", "region", "status", "name", "phone", "grid", "household", "is_representative"]


class AskSerializer(serializers.Serializer):
    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.communities())
    name = serializers.CharField(max_length=64)
    address = serializers.CharField(max_length=255)
    grid = serializers.CharField(max_length=32, required=False, default="", allow_blank=True)


class NewResidentSerializer(AskSerializer):
    phone = serializers.CharField(max_length=32, required=False, default="", allow_blank=True)
    address = serializers.CharField(max_length=255, required=False, default="", allow_blank=True)
    household = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)
    is_representative = serializers.BooleanField(required=False, default=False)


class RepresentSerializer(serializers.Serializer):
    is_representative = serializers.BooleanField()
    reason = serializers.CharField(required=False, default="", allow_blank=True)


class ResidentViewSet(ReadOnlyScopedViewSet):
    """The residents' roll: staff see their community's, everybody sees themselves."""

    queryset = Resident.objects.all()
    serializer_class = ResidentSerializer
    filterset_fields = ["region", "status", "grid", "is_representative"]
    perms = {
        "list": "communities.view_resident",
        "retrieve": "communities.view_resident",
        "create": "communities.add_resident",
        "ask": "communities.ask_resident",
        "verify": "communities.check_resident",
        "refuse": "communities.check_resident",
        "leave": "communities.check_resident",
        "appoint": "communities.check_resident",
        "erase": "communities.erase_resident",
    }

    @extend_schema(request=NewResidentSerializer, responses={201: ResidentSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Put somebody on the roll."""
        values = self.valid(NewResidentSerializer)
        self.check_region(values["region"], self.perms["create"])
        return self.represent(residents.add(by=request.user, **values), status=201)

    @extend_schema(request=AskSerializer, responses={201: ResidentSerializer})
    @action(detail=False, methods=["post"])
    @idempotent
    def ask(self, request: Request) -> Response:
        """Ask to be added to the roll of one's community."""
        values = self.valid(AskSerializer)
        return self.represent(residents.ask(user=request.user, by=request.user, **values), status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: Any = None) -> Response:
        """Accept who asked to be added, or take back who had moved away."""
        return self.moved(residents.verify)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: Any = None) -> Response:
        """Not accept who asked to be added."""
        return self.moved(residents.refuse, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: Any = None) -> Response:
        """Take off the roll who moved away; their roles here end."""
        return self.moved(residents.leave, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def erase(self, request: Request, pk: Any = None) -> Response:
        """Delete the personal data, and close the account, of somebody who asked for it at the office."""
        erasure.erase_resident(resident := self.get_object(), at=now(), by=request.user, **self.valid(ReasonSerializer))
        return self.represent(resident)

    @extend_schema(request=RepresentSerializer)
    @action(detail=True, methods=["post"])
    def appoint(self, request: Request, pk: Any = None) -> Response:
        """Make a resident a representative, or no longer."""
        return self.moved(residents.represent, RepresentSerializer)
