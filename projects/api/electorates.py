"""Who votes besides the roll: substitutes, experts and an uploaded list, for the community's own staff."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.parsers import BoundedJSONParser
from communities.api.viewsets import ScopedViewSet, idempotent
from communities.models import Resident
from projects.models import Expert, ListedVoter, Poll, Substitution
from projects.services import electorates

from .poll_serializers import WithinReach


class SubstitutionSerializer(WithinReach, serializers.ModelSerializer):
    reach: ClassVar = {
        "poll": (Poll, "projects.add_substitution"),
        **dict.fromkeys(("absent", "substitute"), (Resident, "communities.view_resident")),
    }
    absent_name = serializers.CharField(source="absent.masked_name", read_only=True)
    substitute_name = serializers.CharField(source="substitute.masked_name", read_only=True)

    class Meta:
        model = Substitution
        fields = ["id", "poll", "absent", "absent_name", "substitute", "substitute_name", "reason"]
        validators: ClassVar[list[Any]] = []  # the service and the database say it in words


class ExpertSerializer(WithinReach, serializers.ModelSerializer):
    """An expert is named by the phone number of their account, which is not shown again."""

    reach: ClassVar = {"poll": (Poll, "projects.add_expert")}
    phone = serializers.CharField(max_length=24, write_only=True)
    name = serializers.CharField(source="masked_name", read_only=True)

    class Meta:
        model = Expert
        fields = ["id", "poll", "phone", "name", "field"]


class ListedVoterSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="resident.masked_name", read_only=True)
    grid = serializers.CharField(source="resident.grid", read_only=True)

    class Meta:
        model = ListedVoter
        fields = ["id", "poll", "name", "grid"]


class VoterListSerializer(WithinReach, serializers.ModelSerializer):
    """A spreadsheet with the headings 姓名 and 手机号; it replaces the list that was there."""

    reach: ClassVar = {"poll": (Poll, "projects.add_listedvoter")}
    file = serializers.FileField(max_length=255)

    class Meta:
        model = ListedVoter
        fields = ["poll", "file"]


class CountSerializer(serializers.Serializer):
    count = serializers.IntegerField()


class ElectorateViewSet(mixins.ListModelMixin, ScopedViewSet):
    filterset_fields: ClassVar = {"poll": ["exact"]}


class SubstitutionViewSet(ElectorateViewSet):
    queryset = Substitution.objects.select_related("absent", "substitute")
    serializer_class = SubstitutionSerializer
    perms: ClassVar = {
        "list": "projects.view_substitution",
        "create": "projects.add_substitution",
        "destroy": "projects.add_substitution",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        said = self.valid()
        return self.represent(electorates.substitute(said.pop("poll"), by=request.user, **said), status=201)

    def destroy(self, request: Request, pk: str) -> Response:
        """Who could not come can, after all."""
        electorates.end_substitution(self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ExpertViewSet(ElectorateViewSet):
    queryset = Expert.objects.select_related("user")
    serializer_class = ExpertSerializer
    perms: ClassVar = {
        "list": "projects.view_expert",
        "create": "projects.add_expert",
        "destroy": "projects.add_expert",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        said = self.valid()
        user = electorates.find_expert(said.pop("phone"))
        return self.represent(electorates.name_expert(said.pop("poll"), user=user, by=request.user, **said), status=201)

    def destroy(self, request: Request, pk: str) -> Response:
        electorates.remove_expert(self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ListedVoterViewSet(ElectorateViewSet):
    queryset = ListedVoter.objects.select_related("resident")
    serializer_class = ListedVoterSerializer
    parser_classes: ClassVar = [MultiPartParser, BoundedJSONParser]
    perms: ClassVar = {"list": "projects.view_listedvoter", "create": "projects.add_listedvoter"}

    @extend_schema(request=VoterListSerializer, responses={201: CountSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Upload the list of who votes; it replaces the one before. A line that names nobody stops it all."""
        said = self.valid(VoterListSerializer)
        number = electorates.upload_list(said["poll"], file=said["file"], by=request.user)
        return Response({"count": number}, status=201)
