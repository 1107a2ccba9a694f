"""Voting at the venue through the API: slips, kiosks, and paper ballots with how far they are counted in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Count
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import ReadOnlyScopedViewSet, ScopedViewSet, idempotent, signed_in
from communities.models import Resident
from projects.models import Expert, Kiosk, PaperSheet, VoterRollEntry, VotingSlip
from projects.services import ballots, kiosks, papers, slips

from .venue_serializers import (
    KioskSerializer,
    MadeKioskSerializer,
    NewKioskSerializer,
    OfPollSerializer,
    PaperSheetSerializer,
    PrintedSheetsSerializer,
    PrintedSlipSerializer,
    PrintSheetsSerializer,
    PrintSlipsSerializer,
    SetAsideSerializer,
    SheetEntrySerializer,
    SheetStateSerializer,
    VotingSlipSerializer,
)

RUN, VIEW_SLIP, VIEW_KIOSK = "projects.run_poll", "projects.view_votingslip", "projects.view_kiosk"


class VotingSlipViewSet(ReadOnlyScopedViewSet):
    """投票凭条: who has one, and whose vote was helped by whom; never what was chosen."""

    queryset = VotingSlip.objects.select_related("resident", "user")
    serializer_class = VotingSlipSerializer
    filterset_fields: ClassVar = {"poll": ["exact"], "resident": ["exact"], "revoked_at": ["isnull"]}
    perms: ClassVar = {"list": VIEW_SLIP, "retrieve": VIEW_SLIP, "print_slips": RUN, "revoke": RUN}

    @extend_schema(request=PrintSlipsSerializer, responses={201: PrintedSlipSerializer(many=True)})
    @action(detail=False, methods=["post"], url_path="print")
    def print_slips(self, request: Request) -> Response:
        """Make slips. Sent again for all, it makes none twice; a record by Idempotency-Key would keep the secrets."""
        said = self.valid(PrintSlipsSerializer)
        printed = (_for_experts if said["voice"] == VoterRollEntry.Voice.EXPERTS else _for_residents)(said, request)
        return Response(PrintedSlipSerializer(printed, many=True).data, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        slips.revoke(self.get_object(), by=request.user)
        return self.represent(self.get_object())


def _for_residents(said: dict[str, Any], request: Request) -> list[slips.Printed]:
    people = Resident.objects.filter(pk__in=said["residents"]) if "residents" in said else None
    return slips.print_for(said["poll"], residents=people, by=signed_in(request))


def _for_experts(said: dict[str, Any], request: Request) -> list[slips.Printed]:
    experts = Expert.objects.filter(pk__in=said["experts"]) if "experts" in said else None
    return slips.print_for_experts(said["poll"], experts=experts, by=signed_in(request))


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
        sheets = papers.print_sheets(said.pop("poll"), by=request.user, **said)
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
