"""Voting at the venue through the API: slips, kiosks, and paper ballots with how far they are counted in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Count
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, ScopedViewSet, idempotent
from communities.models import Resident
from projects.models import Kiosk, PaperSheet, Poll, VotingSlip
from projects.services import ballots, kiosks, papers, slips
from projects.services.papers import MOST_SHEETS

from .poll_serializers import PointsSerializer

RUN, VIEW_SLIP, VIEW_KIOSK = "projects.run_poll", "projects.view_votingslip", "projects.view_kiosk"


class NumberField(serializers.IntegerField):
    """The number of a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class OfPollSerializer(serializers.Serializer):
    """Which poll: one that the person runs; a stranger's does not exist."""

    poll = serializers.PrimaryKeyRelatedField(queryset=Poll.objects.none())

    def get_fields(self) -> Any:
        fields = super().get_fields()
        if request := self.context.get("request"):
            fields["poll"].queryset = Poll.objects.for_user(request.user, RUN)
        return fields


class VotingSlipSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="resident.masked_name", read_only=True)
    helper = serializers.CharField(source="masked_helper", read_only=True)
    witness = serializers.CharField(source="masked_witness", read_only=True)

    class Meta:
        model = VotingSlip
        fields = ["id", "poll", "resident", "name", "is_helped", "helper", "witness", "revoked_at"]


class PrintSlipsSerializer(OfPollSerializer):
    """For whom: these residents, whose older slips die, or all who have none."""

    residents = serializers.ListField(child=NumberField(), max_length=5000, required=False)


class PrintedSlipSerializer(serializers.Serializer):
    """A slip as it is printed. The secret is the end of its address, /v/<secret>/; nobody can see it again."""

    resident = serializers.IntegerField(source="resident.pk")
    name = serializers.CharField(source="resident.masked_name")
    secret = serializers.CharField()
    code = serializers.CharField()


class VotingSlipViewSet(ReadOnlyScopedViewSet):
    """投票凭条: who has one, and whose vote was helped by whom; never what was chosen."""

    queryset = VotingSlip.objects.select_related("resident")
    serializer_class = VotingSlipSerializer
    filterset_fields: ClassVar = {"poll": ["exact"], "resident": ["exact"], "revoked_at": ["isnull"]}
    perms: ClassVar = {"list": VIEW_SLIP, "retrieve": VIEW_SLIP, "print_slips": RUN, "revoke": RUN}

    @extend_schema(request=PrintSlipsSerializer, responses={201: PrintedSlipSerializer(many=True)})
    @action(detail=False, methods=["post"], url_path="print")
    def print_slips(self, request: Request) -> Response:
        """Make slips. Sent again for all, it makes none twice; a record by Idempotency-Key would keep the secrets."""
        said = self.valid(PrintSlipsSerializer)
        people = Resident.objects.filter(pk__in=said["residents"]) if "residents" in said else None
        printed = slips.print_for(said["poll"], residents=people, by=request.user)
        return Response(PrintedSlipSerializer(printed, many=True).data, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        slips.revoke(self.get_object(), by=request.user)
        return self.represent(self.get_object())


class KioskSerializer(serializers.ModelSerializer):
    class Meta:
        model = Kiosk
        fields = ["id", "poll", "name", "ended_at"]


class NewKioskSerializer(OfPollSerializer):
    name = serializers.CharField(max_length=40)


class MadeKioskSerializer(KioskSerializer):
    """A kiosk with the secret that its tablet keeps as a cookie; nobody can see it again."""

    secret = serializers.CharField(read_only=True)

    class Meta(KioskSerializer.Meta):
        fields = [*KioskSerializer.Meta.fields, "secret"]


class KioskViewSet(ReadOnlyScopedViewSet):
    """投票亭: tablets at the venue."""

    queryset = Kiosk.objects.all()
    serializer_class = KioskSerializer
    filterset_fields: ClassVar = {"poll": ["exact"], "ended_at": ["isnull"]}
    perms: ClassVar = {"list": VIEW_KIOSK, "retrieve": VIEW_KIOSK, "create": RUN, "end": RUN}

    @extend_schema(request=NewKioskSerializer, responses={201: MadeKioskSerializer})
    def create(self, request: Request) -> Response:
        """Set one up. Its name is taken once; no Idempotency-Key: its record would keep the secret."""
        said = self.valid(NewKioskSerializer)
        kiosk, secret = kiosks.set_up(said["poll"], name=said["name"], by=request.user)
        return Response({**KioskSerializer(kiosk).data, "secret": secret}, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        kiosks.end(self.get_object(), by=request.user)
        return self.represent(self.get_object())


class PaperSheetSerializer(serializers.ModelSerializer):
    code = serializers.SerializerMethodField()
    looks = serializers.IntegerField(read_only=True)

    class Meta:
        model = PaperSheet
        fields = ["id", "poll", "code", "looks", "set_aside"]

    def get_code(self, sheet: PaperSheet) -> str:
        return ballots.as_shown(sheet.code)


class PrintSheetsSerializer(OfPollSerializer):
    number = serializers.IntegerField(min_value=1, max_value=MOST_SHEETS)


class PrintedSheetsSerializer(serializers.Serializer):
    codes = serializers.ListField(child=serializers.CharField())


class SheetEntrySerializer(OfPollSerializer):
    """What one reads on a sheet: the projects ticked, or the points of each, or that it is spoiled."""

    code = serializers.CharField(max_length=20)
    choices = serializers.ListField(child=NumberField(), max_length=200, required=False)
    points = serializers.ListField(child=PointsSerializer(), max_length=200, required=False)
    is_spoiled = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = {each["project"]: each["points"] for each in attrs.pop("points", [])}
        return {**attrs, "choices": given or attrs.get("choices", [])}


class SetAsideSerializer(ReasonSerializer, OfPollSerializer):
    code = serializers.CharField(max_length=20)
    reason = serializers.CharField(max_length=200)


class SheetStateSerializer(serializers.Serializer):
    """How far a sheet is: how many looked, and whether two read the same. Never what they read."""

    code = serializers.CharField()
    looks = serializers.IntegerField(required=False)
    is_agreed = serializers.BooleanField(required=False)
    needs_third_look = serializers.BooleanField(source="differs", required=False)


class PaperSheetViewSet(mixins.ListModelMixin, ScopedViewSet):
    """纸质选票: printed, counted in, set aside. Readings are shown to nobody."""

    queryset = PaperSheet.objects.annotate(looks=Count("entries"))
    serializer_class = PaperSheetSerializer
    filterset_fields: ClassVar = {"poll": ["exact"]}
    perms: ClassVar = {
        "list": "projects.view_papersheet",
        "create": RUN,
        "enter": RUN,
        "set_aside": RUN,
        "states": "projects.view_papersheet",
    }

    @extend_schema(request=PrintSheetsSerializer, responses={201: PrintedSheetsSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Make so many ballot papers; which of them somebody gets is written down nowhere."""
        said = self.valid(PrintSheetsSerializer)
        sheets = papers.print_sheets(said["poll"], number=said["number"], by=request.user)
        return Response({"codes": [ballots.as_shown(sheet.code) for sheet in sheets]}, status=201)

    @extend_schema(request=SheetEntrySerializer, responses={201: SheetStateSerializer})
    @action(detail=False, methods=["post"])
    def enter(self, request: Request) -> Response:
        """Write down what one reads on a sheet; once each, so it needs no Idempotency-Key."""
        said = self.valid(SheetEntrySerializer)
        entry = papers.enter(said.pop("poll"), by=request.user, **said)
        return Response({"code": ballots.as_shown(entry.sheet.code)}, status=201)

    @extend_schema(request=SetAsideSerializer, responses={204: None})
    @action(detail=False, methods=["post"], url_path="set-aside")
    def set_aside(self, request: Request) -> Response:
        said = self.valid(SetAsideSerializer)
        papers.set_aside(said.pop("poll"), by=request.user, **said)
        return Response(status=204)

    @extend_schema(request=OfPollSerializer, responses=SheetStateSerializer(many=True))
    @action(detail=False, methods=["post"])
    def states(self, request: Request) -> Response:
        """How far the sheets of a poll are that somebody has looked at."""
        poll = self.valid(OfPollSerializer)["poll"]
        return Response(SheetStateSerializer(papers.sheets(poll), many=True).data)
