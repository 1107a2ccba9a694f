"""Activities: public once published; signing up and attendance hang below them."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from volunteers.models import Activity, Attendance, Volunteer
from volunteers.services import activities, attendances, kept_scans, repetitions, safeguards, signups, spot_codes

from .attendances import AttendanceSerializer
from .kept_scans import KeptScanSerializer
from .people import volunteer_of
from .repetitions import RepetitionSerializer
from .safeguards import NoteSerializer, SafeguardSerializer
from .signups import SignupSerializer


class ActivitySerializer(serializers.ModelSerializer):
    taken = serializers.SerializerMethodField()

    class Meta:
        model = Activity
        fields = [
            *["id", "region", "kind", "title", "title_en", "about", "about_en", "place", "place_en"],
            *["starts_at", "ends_at", "places", "taken", "skills", "risk_note", "risk_note_en"],
            *["needs_insurance", "needs_training", "withdraw_hours", "repetition", "repeats_on", "status"],
        ]
        read_only_fields = ["status"]

    def get_taken(self, activity: Activity) -> int:
        """How many places are taken."""
        counted = getattr(activity, "taken", None)
        return activity.signups.signed_up().count() if counted is None else counted


class CodeSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=20, help_text="what the screen at the place shows, not older than a minute")
    leaving = serializers.BooleanField(default=False, help_text="false: I have come; true: I am going")


class KeptCodeSerializer(serializers.Serializer):
    key = serializers.CharField(max_length=64, help_text="made up by the device; the same key is taken once")
    code = serializers.CharField(max_length=20, help_text="what the screen showed when it was kept")
    leaving = serializers.BooleanField(default=False)
    kept_at = serializers.DateTimeField(help_text="the device's clock; the moment that counts is the code's")


class TickSerializer(serializers.Serializer):
    key = serializers.CharField(max_length=64, help_text="made up by the device; the same key is taken once")
    volunteer = serializers.SlugRelatedField("number", queryset=Volunteer.objects.all(), help_text="volunteer number")
    leaving = serializers.BooleanField(default=False)
    kept_at = serializers.DateTimeField(help_text="when the leader noted it")


class PlaceCodesSerializer(serializers.Serializer):
    first = serializers.IntegerField(help_text="the first half minute: Unix time divided by `seconds`")
    seconds = serializers.IntegerField(help_text="how long a code is shown")
    codes = serializers.ListField(child=serializers.CharField(), help_text="one after the other, from the first on")


class ArrivalSerializer(serializers.Serializer):
    volunteer = serializers.SlugRelatedField("number", queryset=Volunteer.objects.all(), help_text="volunteer number")


class PlaceCodeSerializer(serializers.Serializer):
    code = serializers.CharField()
    seconds = serializers.IntegerField(help_text="how long a code is shown")


class ActivityViewSet(ReadOnlyScopedViewSet):
    queryset = Activity.objects.with_taken().prefetch_related("skills")
    serializer_class = ActivitySerializer
    filterset_fields = {
        "region__code": ["exact", "startswith"],
        "kind": ["exact"],
        "kind__code": ["exact"],
        "status": ["exact"],
        "starts_at": ["gte", "lt"],
        "skills": ["exact"],
        "skills__code": ["exact"],
        "needs_insurance": ["exact"],
        "needs_training": ["exact"],
        "repetition": ["exact"],
    }
    perms = {
        "list": "volunteers.view_activity",
        "retrieve": "volunteers.view_activity",
        "create": "volunteers.add_activity",
        "partial_update": "volunteers.change_activity",
        "publish": "volunteers.run_activity",
        "cancel": "volunteers.run_activity",
        "end": "volunteers.run_activity",
        "sign_up": "volunteers.join_activity",
        "scan": "volunteers.join_activity",
        "send_code": "volunteers.join_activity",
        "code": "volunteers.lead_activity",
        "codes": "volunteers.lead_activity",
        "send_tick": "volunteers.lead_activity",
        "check_in": "volunteers.lead_activity",
        "copy": "volunteers.change_activity",
        "repeat": "volunteers.change_activity",
        "note_safeguard": "volunteers.add_safeguard",
    }

    @idempotent
    def create(self, request: Request) -> Response:
        data = self.valid()
        self.check_region(data["region"], self.perms["create"])
        skills = data.pop("skills", ())
        return self.represent(activities.draft(Activity(**data), by=request.user, skills=skills), status=201)

    def partial_update(self, request: Request, pk: int) -> Response:
        activity = self.get_object()
        serializer = self.get_serializer(activity, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        fields = serializer.validated_data
        if "region" in fields:
            self.check_region(fields["region"], self.perms["create"])
        return self.represent(activities.edit(activity, by=request.user, **fields))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: int) -> Response:
        return self._moved(activities.publish)

    @extend_schema(request=ReasonSerializer, responses=ActivitySerializer)
    @action(detail=True, methods=["post"], serializer_class=ReasonSerializer)
    def cancel(self, request: Request, pk: int) -> Response:
        return self._moved(activities.cancel, **self.valid(ReasonSerializer))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: int) -> Response:
        return self._moved(activities.end)

    @extend_schema(request=None, responses={201: SignupSerializer})
    @action(detail=True, methods=["post"], url_path="sign-up", serializer_class=SignupSerializer)
    @idempotent
    def sign_up(self, request: Request, pk: int) -> Response:
        """Take a place, or one on the waiting list; a second time changes nothing."""
        activity = self.get_object()
        signup = signups.sign_up(activity, volunteer=volunteer_of(request), by=request.user)
        return Response(SignupSerializer(signup).data, status=201)

    @extend_schema(responses=PlaceCodeSerializer)
    @action(detail=True, methods=["get"])
    def code(self, request: Request, pk: int) -> Response:
        """The code of this half minute, for a screen at the place."""
        activity = self.get_object()
        return Response({"code": spot_codes.show(activity, at=now()), "seconds": spot_codes.SECONDS})

    @extend_schema(responses=PlaceCodesSerializer)
    @action(detail=True, methods=["get"])
    def codes(self, request: Request, pk: int) -> Response:
        """All codes of the activity, for a screen that must do without network."""
        first, codes = spot_codes.list_all(self.get_object())
        return Response({"first": first, "seconds": spot_codes.SECONDS, "codes": codes})

    @extend_schema(request=CodeSerializer, responses=AttendanceSerializer)
    @action(detail=True, methods=["post"], serializer_class=CodeSerializer)
    @idempotent
    def scan(self, request: Request, pk: int) -> Response:
        """Check in or out by the code at the place."""
        activity, data, volunteer = self.get_object(), self.valid(CodeSerializer), volunteer_of(request)
        spot_codes.check_fresh(data["code"], activity=activity, at=now())
        act = attendances.leave if data["leaving"] else attendances.check_in
        device = request.COOKIES.get("device", "")
        attendance = act(activity, volunteer=volunteer, by=request.user, means=Attendance.Means.CODE, device=device)
        return Response(AttendanceSerializer(attendance).data)

    @extend_schema(request=KeptCodeSerializer, responses=KeptScanSerializer)
    @action(detail=True, methods=["post"], url_path="send-code", serializer_class=KeptCodeSerializer)
    def send_code(self, request: Request, pk: int) -> Response:
        """Send a code that the phone kept without network; what cannot be noted waits for the leader (`status`)."""
        activity, data, volunteer = self.get_object(), self.valid(KeptCodeSerializer), volunteer_of(request)
        scan = kept_scans.send_code(
            activity,
            volunteer=volunteer,
            code=data["code"],
            is_leaving=data["leaving"],
            phone_at=data["kept_at"],
            key=data["key"],
            by=request.user,
            device=request.COOKIES.get("device", ""),
        )
        return Response(KeptScanSerializer(scan).data)

    @extend_schema(request=TickSerializer, responses=KeptScanSerializer)
    @action(detail=True, methods=["post"], url_path="send-tick", serializer_class=TickSerializer)
    def send_tick(self, request: Request, pk: int) -> Response:
        """Send what the leader noted on the list without network; what cannot be noted waits (`status`)."""
        activity, data = self.get_object(), self.valid(TickSerializer)
        scan = kept_scans.send_tick(
            activity,
            volunteer=data["volunteer"],
            is_leaving=data["leaving"],
            noted_at=data["kept_at"],
            key=data["key"],
            by=request.user,
        )
        return Response(KeptScanSerializer(scan).data)

    @extend_schema(request=ArrivalSerializer, responses={201: AttendanceSerializer})
    @action(detail=True, methods=["post"], url_path="check-in", serializer_class=ArrivalSerializer)
    @idempotent
    def check_in(self, request: Request, pk: int) -> Response:
        """The leader notes that a volunteer has come."""
        activity, volunteer = self.get_object(), self.valid(ArrivalSerializer)["volunteer"]
        attendance = attendances.check_in(activity, volunteer=volunteer, by=request.user)
        return Response(AttendanceSerializer(attendance).data, status=201)

    @extend_schema(request=None, responses={201: ActivitySerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def copy(self, request: Request, pk: int) -> Response:
        """Draft the same again, on the next same weekday that is still to come."""
        return self.represent(activities.copy(self.get_object(), by=request.user), status=201)

    @extend_schema(request=RepetitionSerializer, responses={201: RepetitionSerializer})
    @action(detail=True, methods=["post"], serializer_class=RepetitionSerializer)
    @idempotent
    def repeat(self, request: Request, pk: int) -> Response:
        """Let it come again by rule; what comes in the next four weeks is made now."""
        activity, data = self.get_object(), self.valid(RepetitionSerializer)
        made = repetitions.start(activity, by=request.user, **data)
        return Response(RepetitionSerializer(made).data, status=201)

    @extend_schema(request=NoteSerializer, responses={201: SafeguardSerializer(many=True)})
    @action(detail=True, methods=["post"], url_path="note-safeguard", serializer_class=NoteSerializer)
    @idempotent
    def note_safeguard(self, request: Request, pk: int) -> Response:
        """Note the same insurance or training of everybody who has a place."""
        noted = safeguards.note_all(self.get_object(), by=request.user, **self.valid(NoteSerializer))
        return Response(SafeguardSerializer(noted, many=True).data, status=201)

    def _moved(self, service: Any, **fields: Any) -> Response:
        activity = self.get_object()
        service(activity, by=self.request.user, **fields)
        return Response(ActivitySerializer(activity).data)
