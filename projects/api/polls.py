"""Polls through the API: announced, voted in, closed, and then open to everybody's recount."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, ScopedViewSet, idempotent, signed_in
from projects.models import Poll, PollResult, Roadshow, VoterRollEntry
from projects.services import ballots, polls, rolls


class PollSerializer(serializers.ModelSerializer):
    region = serializers.CharField(source="region.code", read_only=True)

    class Meta:
        model = Poll
        fields = [
            "id",
            "region",
            "roadshow",
            "status",
            "electorate",
            "max_choices",
            "winners",
            "places",
            "quorum",
            "tie_rule",
            "opens_at",
            "closes_at",
            "extended_from",
            "opened_at",
            "closed_at",
            "seal",
            "lot_seed",
        ]
        read_only_fields = ["status", "extended_from", "opened_at", "closed_at", "seal", "lot_seed"]
        extra_kwargs: ClassVar = {
            "max_choices": {"min_value": 1},
            "winners": {"min_value": 1},
            "places": {"min_value": 1},
            "quorum": {"min_value": 0, "max_value": 100},
        }

    def get_fields(self) -> Any:
        """The roadshow is chosen among those of the person's own community, and once only."""
        fields = super().get_fields()
        if isinstance(self.instance, Poll):
            fields["roadshow"].read_only = True
        elif request := self.context.get("request"):
            fields["roadshow"].queryset = Roadshow.objects.for_user(request.user, "projects.add_poll")
        return fields


class BallotSerializer(serializers.Serializer):
    """One ballot. `key` is a random secret of the device (22 characters or more); send it again until answered."""

    choices = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), max_length=200)
    key = serializers.CharField(min_length=ballots.KEY_LENGTH, max_length=64, write_only=True)


class ReceiptSerializer(serializers.Serializer):
    receipt = serializers.CharField()


class PublishedSerializer(serializers.Serializer):
    """A ballot as it was published: the receipt code and the projects."""

    receipt = serializers.CharField(max_length=64)
    choices = serializers.ListField(child=serializers.IntegerField(), read_only=True)


class TurnoutSerializer(serializers.Serializer):
    roll = serializers.IntegerField()
    voted = serializers.IntegerField()
    needed = serializers.IntegerField()
    missing = serializers.IntegerField()
    percent = serializers.IntegerField()


class PollResultSerializer(serializers.ModelSerializer):
    title = serializers.CharField(source="project.title", read_only=True)

    class Meta:
        model = PollResult
        fields = ["project", "title", "votes", "rank", "outcome", "by_tie_rule"]


class EarlySerializer(serializers.Serializer):
    """Why it closes before its time; not needed afterwards."""

    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class PollExtensionSerializer(ReasonSerializer):
    until = serializers.DateTimeField()


class LotSerializer(serializers.Serializer):
    seed = serializers.CharField(max_length=100, required=False, allow_blank=True)


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
        return Response({"receipt": code, "choices": choices})

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

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        return self.moved(polls.open_)

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
        return self.moved(polls.settle, LotSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self.moved(polls.cancel, ReasonSerializer)


class VoterRollEntrySerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="resident.masked_name", read_only=True)
    grid = serializers.CharField(source="resident.grid", read_only=True)
    has_voted = serializers.BooleanField(read_only=True)

    class Meta:
        model = VoterRollEntry
        fields = ["id", "poll", "name", "grid", "struck", "has_voted"]


class VoterRollViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Who may vote and the bare fact who has, for the community's own staff; names are masked."""

    queryset = VoterRollEntry.objects.with_voted().select_related("resident")
    serializer_class = VoterRollEntrySerializer
    filterset_fields: ClassVar = {"poll": ["exact"], "turnout": ["isnull"], "resident__grid": ["exact"]}
    perms: ClassVar = {"list": "projects.view_voterrollentry"}
