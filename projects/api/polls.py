"""Polls through the API: announced, voted in, closed, and then open to everybody's recount."""

from __future__ import annotations

from typing import ClassVar

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, ScopedViewSet, idempotent, signed_in
from projects.models import Poll, VoterRollEntry
from projects.services import ballots, counting, papers, polls, rolls, runoffs, screens

from .poll_serializers import (
    BallotSerializer,
    EarlySerializer,
    LotSerializer,
    PollExtensionSerializer,
    PollResultSerializer,
    PollSerializer,
    PublishedSerializer,
    ReceiptSerializer,
    RunOffSerializer,
    TurnoutSerializer,
    VoterRollEntrySerializer,
)


class PollViewSet(ReadOnlyScopedViewSet):
    queryset = Poll.objects.select_related("region", "roadshow")
    serializer_class = PollSerializer
    lookup_value_regex = r"\d{1,18}"
    filterset_fields: ClassVar = {
        "region__code": ["exact", "startswith"],
        "status": ["exact", "in"],
        "roadshow": ["exact"],
        "closes_at": ["gte", "lte"],
    }
    perms: ClassVar = {
        "list": "projects.view_poll",
        "retrieve": "projects.view_poll",
        "turnout": "projects.view_poll",
        "screen": "projects.view_poll",
        "results": "projects.view_poll",
        "ballots": "projects.cast_ballot",
        "ballot_list": "projects.view_poll",
        "receipt": "projects.view_poll",
        "create": "projects.add_poll",
        "partial_update": "projects.change_poll",
        "announce": "projects.run_poll",
        "withdraw": "projects.run_poll",
        "open": "projects.run_poll",
        "extend": "projects.run_poll",
        "close": "projects.run_poll",
        "finish": "projects.run_poll",
        "run_off": "projects.run_poll",
        "settle": "projects.run_poll",
        "cancel": "projects.run_poll",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        said = self.valid()
        return self.represent(polls.plan(said.pop("roadshow"), by=request.user, **said), status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        poll = self.get_object()
        serializer = self.get_serializer(poll, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        polls.edit(poll, by=request.user, **serializer.validated_data)
        return self.represent(poll)

    @extend_schema(responses=TurnoutSerializer)
    @action(detail=True)
    def turnout(self, request: Request, pk: str) -> Response:
        return Response(TurnoutSerializer(rolls.figures(self.get_object())).data)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def screen(self, request: Request, pk: str) -> Response:
        """What the big screen shows: who presents, the turnout, and after the count the result."""
        return Response(screens.what_is_seen(self.get_object()))

    @extend_schema(responses=PollResultSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def results(self, request: Request, pk: str) -> Response:
        """The sealed figures; there are none before the poll is closed (404)."""
        results = self._counted().results.select_related("project")
        return Response(PollResultSerializer(results, many=True).data)

    @extend_schema(request=BallotSerializer, responses={201: ReceiptSerializer})
    @action(detail=True, methods=["post"])
    def ballots(self, request: Request, pk: str) -> Response:
        """Cast a ballot. No Idempotency-Key here: its record would join the voter and the choice."""
        receipt = ballots.cast(Poll(pk=int(pk)), by=signed_in(request), **self.valid(BallotSerializer))
        return Response({"receipt": ballots.as_shown(receipt)}, status=201)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @ballots.mapping.get
    def ballot_list(self, request: Request, pk: str) -> StreamingHttpResponse:
        """Every ballot with its receipt code once the poll is closed; the SHA-256 of these bytes is the seal."""
        poll = self._counted()
        return StreamingHttpResponse(ballots.lines(poll), content_type="text/csv; charset=utf-8")

    @extend_schema(request=PublishedSerializer, responses=PublishedSerializer)
    @action(detail=True, methods=["post"])
    def receipt(self, request: Request, pk: str) -> Response:
        """Find one's own ballot again by its receipt code, once the poll is closed."""
        code = self.valid(PublishedSerializer)["receipt"]
        choices = ballots.find(self._counted(), receipt=code)
        if choices is None:
            raise NotFound
        given = [{"project": project, "points": points} for project, points in choices.items()]
        return Response({"receipt": code, "choices": list(choices), "points": given})

    def _counted(self) -> Poll:
        """The poll after closing; before, there is nothing to find (404)."""
        poll: Poll = self.get_object()
        if not poll.is_counted:
            raise NotFound
        return poll

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def announce(self, request: Request, pk: str) -> Response:
        return self.moved(polls.announce)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self.moved(polls.withdraw, ReasonSerializer)

    @extend_schema(request=EarlySerializer)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        return self.moved(polls.open_, EarlySerializer)

    @extend_schema(request=PollExtensionSerializer)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str) -> Response:
        return self.moved(polls.extend, PollExtensionSerializer)

    @extend_schema(request=EarlySerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        return self.moved(polls.close, EarlySerializer)

    @extend_schema(request=LotSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        return self.moved(counting.settle, LotSerializer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:
        """All paper ballots are counted in: count, and say what came out."""
        return self.moved(polls.finish)

    @extend_schema(request=RunOffSerializer)
    @action(detail=True, methods=["post"], url_path="run-off")
    def run_off(self, request: Request, pk: str) -> Response:
        """Plan the run-off that the rule announced among the tied."""
        return self.represent(
            runoffs.plan(self.get_object(), by=request.user, **self.valid(RunOffSerializer)), status=201
        )

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self.moved(polls.cancel, ReasonSerializer)


class VoterRollViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Who may vote and the bare fact who has, for the community's own staff; names are masked."""

    queryset = VoterRollEntry.objects.with_voted().select_related("resident", "user")
    serializer_class = VoterRollEntrySerializer
    filterset_fields: ClassVar = {"poll": ["exact"], "turnout": ["isnull"], "resident__grid": ["exact"]}
    perms: ClassVar = {"list": "projects.view_voterrollentry", "hand_out": "projects.run_poll"}

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="hand-out")
    def hand_out(self, request: Request, pk: str) -> Response:
        """Give the person a paper ballot: from now on they vote by it and no other way."""
        papers.hand_out(self.get_object(), by=request.user)
        return self.represent(self.get_object())
