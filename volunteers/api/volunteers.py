"""Volunteers: a masked list for staff, one's own profile for oneself."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.timezone import now
from django_countries.serializer_fields import CountryField
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import ReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, signed_in
from communities.models import Region
from communities.services import consents
from volunteers.models import ActivityKind, Skill, Volunteer
from volunteers.models.volunteers import check_born
from volunteers.services import calendars, profiles, volunteers


class VolunteerSerializer(serializers.ModelSerializer):
    """Masked, for everybody who may see the row; what only the owner reads is in the profile."""

    name = serializers.CharField(source="masked_name", read_only=True)

    class Meta:
        model = Volunteer
        fields = ["id", "number", "name", "nationality", "skills", "kinds", "region", "status"]
        read_only_fields = fields


class ProfileSerializer(serializers.ModelSerializer):
    """One's own profile in full."""

    name = serializers.CharField(max_length=64)
    nationality = CountryField()  # type: ignore[no-untyped-call]  # its serializer field has no types
    born = serializers.CharField(
        required=False, allow_blank=True, validators=[check_born], help_text="YYYY or YYYY-MM-DD"
    )
    guardian = serializers.CharField(required=False, allow_blank=True, max_length=120)
    agrees = serializers.BooleanField(
        required=False, write_only=True, help_text="That birth date and guardian may be kept; needed with them, once."
    )
    document_number = serializers.CharField(
        required=False, allow_blank=True, max_length=40, help_text="With its type; kept without blanks."
    )
    agrees_to_document = serializers.BooleanField(
        required=False, write_only=True, help_text="That document type and number may be kept; needed with them, once."
    )
    skills = serializers.PrimaryKeyRelatedField(many=True, required=False, queryset=Skill.objects.active())
    kinds = serializers.PrimaryKeyRelatedField(many=True, required=False, queryset=ActivityKind.objects.active())
    is_named = serializers.BooleanField(
        required=False, write_only=True, help_text="Whether the name may be shown in public thanks."
    )
    named_in_public = serializers.SerializerMethodField()
    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.communities(), help_text="where one lives")

    class Meta:
        model = Volunteer
        fields = [
            *["id", "number", "name", "sex", "nationality", "born", "guardian", "agrees", "guardian_agreed_on"],
            *["document_type", "document_number", "agrees_to_document", "skills", "kinds"],
            *["is_named", "named_in_public", "region", "status"],
        ]
        read_only_fields = ["number", "status"]

    def get_named_in_public(self, volunteer: Volunteer) -> bool:
        """Whether the consent to that is running."""
        return not consents.is_missing(volunteer.user, kind=consents.Kinds.PUBLICATION)


class GuardianSerializer(serializers.Serializer):
    agreed_on = serializers.DateField()
    reason = serializers.CharField(max_length=500, help_text="how it is known: signed paper, a call …")


class CalendarLinkSerializer(serializers.Serializer):
    url = serializers.URLField(read_only=True, help_text="Whoever has it reads what this person signed up for.")


class VolunteerViewSet(ReadOnlyScopedViewSet):
    queryset = Volunteer.objects.prefetch_related("skills", "kinds")
    serializer_class = VolunteerSerializer
    filterset_fields = {
        "region__code": ["exact", "startswith"],
        "status": ["exact"],
        "skills": ["exact"],
        "kinds": ["exact"],
    }
    perms = {
        "list": "volunteers.view_volunteer",
        "retrieve": "volunteers.view_volunteer",
        "create": "volunteers.register_volunteer",
        "profile": "volunteers.edit_volunteer",
        "edit_profile": "volunteers.edit_volunteer",
        "suspend": "volunteers.suspend_volunteer",
        "resume": "volunteers.suspend_volunteer",
        "leave": "volunteers.leave_volunteer",
        "note_guardian": "volunteers.check_volunteer",
        "calendar_link": "volunteers.edit_volunteer",
        "end_calendar_link": "volunteers.edit_volunteer",
    }

    def get_serializer_class(self) -> Any:
        is_own = self.action in {"create", "profile", "edit_profile"}
        return ProfileSerializer if is_own else VolunteerSerializer

    def create(self, request: Request) -> Response:
        """Register oneself."""
        user = signed_in(request)
        return self.represent(volunteers.register(user, by=user, **self.valid()), status=201)

    @action(detail=True, methods=["get"])
    def profile(self, request: Request, pk: int) -> Response:
        return self.represent(self.get_object())

    @profile.mapping.patch
    def edit_profile(self, request: Request, pk: int) -> Response:
        volunteer = self.get_object()
        serializer = self.get_serializer(volunteer, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return self.represent(volunteers.edit(volunteer, by=request.user, **serializer.validated_data))

    @extend_schema(request=ReasonSerializer, responses=VolunteerSerializer)
    @action(detail=True, methods=["post"], serializer_class=ReasonSerializer)
    def suspend(self, request: Request, pk: int) -> Response:
        return self.moved(volunteers.suspend, ReasonSerializer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: int) -> Response:
        return self.moved(volunteers.resume)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: int) -> Response:
        return self.moved(volunteers.leave)

    @extend_schema(request=GuardianSerializer, responses=VolunteerSerializer)
    @action(detail=True, methods=["post"], url_path="note-guardian", serializer_class=GuardianSerializer)
    def note_guardian(self, request: Request, pk: int) -> Response:
        """Staff note that the guardian of somebody under 18 agreed."""
        volunteer = self.get_object()
        profiles.note_guardian(volunteer, by=request.user, **self.valid(GuardianSerializer))
        return Response(VolunteerSerializer(volunteer).data)

    @extend_schema(request=None, responses=CalendarLinkSerializer)
    @action(detail=True, methods=["post"], url_path="calendar-link", serializer_class=CalendarLinkSerializer)
    def calendar_link(self, request: Request, pk: int) -> Response:
        """Make a secret address for one's calendar, told this once; the one before ends."""
        secret = calendars.make_link(self.get_object(), by=request.user, at=now())
        return Response({"url": request.build_absolute_uri(reverse("volunteers:calendar", args=[secret]))})

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="end-calendar-link", serializer_class=CalendarLinkSerializer)
    def end_calendar_link(self, request: Request, pk: int) -> Response:
        calendars.end_link(self.get_object(), by=request.user)
        return Response(status=204)
