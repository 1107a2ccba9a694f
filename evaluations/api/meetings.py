"""Evaluation meetings: called, attended, voted in by name."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import CreateOnceMixin, ReadOnlyScopedViewSet, idempotent
from communities.encryption import mask_name
from evaluations.models import AgendaItem, EvaluationMeeting, GradeVote, MeetingSeat, Rating
from evaluations.services import agendas, meeting_minutes, meetings, seats

VIEW, RUN = "evaluations.view_evaluationmeeting", "evaluations.run_evaluationmeeting"


class MeetingSerializer(serializers.ModelSerializer):
    class Meta:
        model = EvaluationMeeting
        fields = [
            *("id", "region", "round", "starts_at", "place", "quorum", "majority", "remarks", "status"),
            *("members", "quorum_needed", "majority_needed", "opened_at", "closed_at"),
        ]
        read_only_fields = ["region", "status", "members", "quorum_needed", "majority_needed", "opened_at", "closed_at"]


class AgendaOrderSerializer(serializers.Serializer):
    order = serializers.PrimaryKeyRelatedField(queryset=Rating.objects.all(), many=True, help_text="ratings, in order")


class EvaluationMeetingViewSet(CreateOnceMixin, mixins.UpdateModelMixin, ReadOnlyScopedViewSet):
    """Meetings on the grades of a closed round."""

    queryset = EvaluationMeeting.objects.select_related("region", "round__committee")
    serializer_class = MeetingSerializer
    filterset_fields = {"region": ["exact"], "round": ["exact"], "status": ["exact"], "starts_at": ["gte", "lte"]}
    http_method_names = ["get", "post", "patch", "head", "options"]
    perms = {
        **dict.fromkeys(["list", "retrieve", "check_in"], VIEW),
        "create": "evaluations.add_evaluationmeeting",
        **dict.fromkeys(["partial_update", "arrange"], "evaluations.change_evaluationmeeting"),
        **dict.fromkeys(["open", "close", "cancel", "minutes"], RUN),
    }

    def perform_create(self, serializer: Any) -> None:
        fields = dict(serializer.validated_data)
        self.check_region(fields["round"].region, self.perms["create"])
        serializer.instance = meetings.plan(fields.pop("round"), by=self.request.user, **fields)

    def perform_update(self, serializer: Any) -> None:
        fields = {name: value for name, value in serializer.validated_data.items() if name != "round"}
        meetings.edit(serializer.instance, by=self.request.user, **fields)

    @extend_schema(request=AgendaOrderSerializer)
    @action(detail=True, methods=["post"])
    def arrange(self, request: Request, pk: str) -> Response:
        """Put the agenda in order."""
        return self.moved(meetings.arrange, AgendaOrderSerializer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        return self.moved(meetings.open_)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        return self.moved(meetings.close)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self.moved(meetings.cancel, ReasonSerializer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="check-in")
    def check_in(self, request: Request, pk: str) -> Response:
        """Say that one is there oneself."""
        meeting = self.get_object()
        seat = seats.seat_of(meeting, request.user)
        if seat is None:
            raise NotFound(_("Not found."))
        seats.arrive(seat, by=request.user)
        return self.represent(meeting)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def minutes(self, request: Request, pk: str) -> Response:
        """The minutes as far as the meeting has come: who was there, and how everybody voted on what is decided."""
        drafted = meeting_minutes.draft(self.get_object())
        return Response(
            {
                "present": [str(seat.member.user) for seat in drafted["came"]],
                "absent": [{"name": str(seat.member.user), "excuse": seat.excuse} for seat in drafted["away"]],
                "items": [_row(row) for row in drafted["rows"]],
                "remarks": drafted["meeting"].remarks,
            }
        )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    item: AgendaItem = row["item"]
    given = {choice: names for choice, (_label, names) in zip(GradeVote.Choice.values, row["votes"], strict=True)}
    shown = {"project": str(item), "status": item.status, "grade": item.grade, "total": item.total}
    return {**shown, "votes": given, "recused": row["apart"]}


class MeetingSeatSerializer(serializers.ModelSerializer):
    """The name is masked; the control page shows it to those who run the meeting."""

    name = serializers.SerializerMethodField()

    class Meta:
        model = MeetingSeat
        fields = ["id", "meeting", "member", "name", "present_at", "left_at", "excuse"]

    def get_name(self, seat: MeetingSeat) -> str:
        return mask_name(seat.member.user.name)


class MeetingSeatViewSet(ReadOnlyScopedViewSet):
    """Who is invited to a meeting, who is there."""

    queryset = MeetingSeat.objects.select_related("meeting__region", "member__user")
    serializer_class = MeetingSeatSerializer
    filterset_fields = ["meeting", "member"]
    perms = {
        **dict.fromkeys(["list", "retrieve"], "evaluations.view_meetingseat"),
        **dict.fromkeys(["arrive", "leave", "excuse"], RUN),
    }

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def arrive(self, request: Request, pk: str) -> Response:
        return self.moved(seats.arrive)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: str) -> Response:
        return self.moved(seats.leave)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def excuse(self, request: Request, pk: str) -> Response:
        return self.moved(seats.excuse, ReasonSerializer)


class AgendaItemSerializer(serializers.ModelSerializer):
    title = serializers.CharField(source="rating.project.title", read_only=True)

    class Meta:
        model = AgendaItem
        fields = [
            *("id", "region", "meeting", "rating", "title", "order", "status", "total", "grade"),
            *("presented_at", "voting_at", "decided_at", "votes_for", "votes_against", "abstentions"),
        ]
        read_only_fields = fields


class VoteSerializer(serializers.Serializer):
    choice = serializers.ChoiceField(GradeVote.Choice.choices)


class EnterVoteSerializer(VoteSerializer):
    seat = serializers.PrimaryKeyRelatedField(queryset=MeetingSeat.objects.all())


class GradeVoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = GradeVote
        fields = ["id", "item", "seat", "choice", "at", "by"]
        read_only_fields = fields


class AgendaItemViewSet(ReadOnlyScopedViewSet):
    """What is on the agendas of meetings; a member votes, the street does the rest."""

    queryset = AgendaItem.objects.select_related("meeting__region", "region", "rating__project")
    serializer_class = AgendaItemSerializer
    filterset_fields = ["meeting", "rating", "status", "meeting__round"]
    perms = {
        **dict.fromkeys(["list", "retrieve"], "evaluations.view_agendaitem"),
        "vote": "evaluations.vote_on_agendaitem",
        **dict.fromkeys(["present", "open_vote", "enter_vote", "decide", "again"], RUN),
    }

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def present(self, request: Request, pk: str) -> Response:
        return self.moved(agendas.present)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="open-vote")
    def open_vote(self, request: Request, pk: str) -> Response:
        return self.moved(agendas.open_vote)

    @extend_schema(request=VoteSerializer, responses={201: GradeVoteSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def vote(self, request: Request, pk: str) -> Response:
        """One's own vote on the grade; the same again answers the same."""
        given = agendas.vote(self.get_object(), by=request.user, **self.valid(VoteSerializer))
        return Response(GradeVoteSerializer(given).data, status=201)

    @extend_schema(request=EnterVoteSerializer, responses={201: GradeVoteSerializer})
    @action(detail=True, methods=["post"], url_path="enter-vote")
    @idempotent
    def enter_vote(self, request: Request, pk: str) -> Response:
        """Write down the vote of a member who has no phone."""
        item, fields = self.get_object(), self.valid(EnterVoteSerializer)
        given = agendas.enter_vote(item, by=request.user, **fields)
        return Response(GradeVoteSerializer(given).data, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        return self.moved(agendas.decide)

    @extend_schema(request=None, responses={201: AgendaItemSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def again(self, request: Request, pk: str) -> Response:
        """Put the project on the agenda once more."""
        return self.represent(agendas.again(self.get_object(), by=request.user), status=201)


class GradeVoteViewSet(ReadOnlyScopedViewSet):
    """Who voted how: one's own at once, those of others when the vote is decided."""

    queryset = GradeVote.objects.all()
    serializer_class = GradeVoteSerializer
    filterset_fields = ["item", "item__meeting", "item__rating", "seat", "choice"]
    perms = dict.fromkeys(["list", "retrieve"], "evaluations.view_gradevote")
