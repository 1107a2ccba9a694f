"""People, their roles, who saw what of them, and what happened to their accounts."""

from __future__ import annotations

from typing import Any

import django_filters
from django.apps import apps
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from communities import phones
from communities.grants import Role
from communities.models import AuditEvent, Refused, Region, Reveal, RoleAssignment, User
from communities.services import people, reveals, roles, second_factors

from .accounts import HeldRoleSerializer
from .reasons import ReasonSerializer
from .viewsets import ReadOnlyScopedViewSet, idempotent


class UserSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="shown_name", help_text="Masked for people without a public function.")
    phone = serializers.CharField(source="masked_phone")
    roles = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ("id", "username", "name", "phone", "language", "is_active", "joined_at", "roles")

    def get_roles(self, user: User) -> list[dict[str, Any]]:
        held = [held for held in user.role_assignments.all() if held.ended_at is None]
        return [HeldRoleSerializer(one).data for one in held]


class EnrolSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=64)
    phone = serializers.CharField(max_length=24, required=False, default="")
    username = serializers.CharField(max_length=64, required=False, default="")
    role = serializers.ChoiceField(choices=Role.choices)
    region = serializers.SlugRelatedField(slug_field="code", queryset=Region.objects.all())

    def validate_phone(self, typed: str) -> str:
        try:
            return phones.normalise(typed) if typed else ""
        except Refused as no:
            raise serializers.ValidationError(str(no)) from None


class LinkSerializer(serializers.Serializer):
    link = serializers.URLField()


class UserFilter(django_filters.FilterSet):
    phone = django_filters.CharFilter(method="with_phone", help_text="A whole phone number.")
    role = django_filters.ChoiceFilter(choices=Role.choices, method="with_role")
    region = django_filters.CharFilter(method="in_region", help_text="A division code: there or below.")

    class Meta:
        model = User
        fields = ("is_active", "phone", "role", "region")

    def with_phone(self, rows: Any, _name: str, typed: str) -> Any:
        try:
            return rows.with_phone(phones.normalise(typed))
        except Refused:
            return rows.none()

    def with_role(self, rows: Any, _name: str, role: str) -> Any:
        return rows.filter(pk__in=RoleAssignment.objects.active().filter(role=role).values("user"))

    def in_region(self, rows: Any, _name: str, code: str) -> Any:
        return rows.filter(pk__in=RoleAssignment.objects.active().within(code).values("user"))


class UserViewSet(ReadOnlyScopedViewSet):
    """Accounts within one's reach, masked."""

    perms = {
        "list": "communities.view_user",
        "retrieve": "communities.view_user",
        "create": "communities.add_user",
        "deactivate": "communities.deactivate_user",
        "reactivate": "communities.deactivate_user",
        "password_link": "communities.reset_user",
        "factor_off": "communities.reset_user",
    }
    queryset = User.objects.prefetch_related("role_assignments__region")
    serializer_class = UserSerializer
    filterset_class = UserFilter

    @extend_schema(request=EnrolSerializer, responses={201: UserSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Make an account with a first role; a phone that has one already keeps it and gets the role."""
        return self.represent(people.enrol(**self.valid(EnrolSerializer), by=request.user), status=201)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: Any = None) -> Response:
        return self.moved(people.deactivate, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, pk: Any = None) -> Response:
        return self.moved(people.reactivate, ReasonSerializer)

    @extend_schema(request=None, responses={201: LinkSerializer})
    @action(detail=True, methods=["post"], url_path="password-link")
    def password_link(self, request: Request, pk: Any = None) -> Response:
        """A link, good once and for a day, by which the person sets a password."""
        return Response({"link": people.password_link(self.get_object(), by=request.user)}, status=201)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="factor-off")
    def factor_off(self, request: Request, pk: Any = None) -> Response:
        return self.moved(second_factors.switch_off, ReasonSerializer)


class RoleAssignmentSerializer(serializers.ModelSerializer):
    user_name = serializers.CharField(source="user.shown_name", read_only=True)
    region = serializers.SlugRelatedField(slug_field="code", queryset=Region.objects.all())

    class Meta:
        model = RoleAssignment
        fields = ("id", "user", "user_name", "role", "region", "ended_at")


class RoleAssignmentViewSet(ReadOnlyScopedViewSet):
    """Who holds which role where."""

    perms = {
        "list": "communities.view_roleassignment",
        "retrieve": "communities.view_roleassignment",
        "create": "communities.assign_role",
        "end": "communities.assign_role",
    }
    queryset = RoleAssignment.objects.select_related("user", "region").prefetch_related("user__role_assignments")
    serializer_class = RoleAssignmentSerializer
    filterset_fields = {
        "user": ["exact"],
        "role": ["exact"],
        "region__code": ["exact", "startswith"],
        "ended_at": ["isnull"],
    }

    @extend_schema(responses={201: RoleAssignmentSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Give a person a role."""
        data = self.valid()
        if not User.objects.for_user(request.user, "communities.view_user").filter(pk=data["user"].pk).exists():
            raise NotFound(_("Not found."))
        return self.represent(roles.give(**data, by=request.user), status=201)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: Any = None) -> Response:
        assignment = self.get_object()
        roles.take(assignment, by=request.user, **self.valid(ReasonSerializer))
        assignment.refresh_from_db()
        return self.represent(assignment)


class RevealSerializer(serializers.ModelSerializer):
    model = serializers.CharField(source="content_type.model", read_only=True)
    by_name = serializers.CharField(source="by.shown_name", read_only=True)

    class Meta:
        model = Reveal
        fields = ("id", "model", "object_id", "field", "by", "by_name", "purpose", "at")


class RevealAskSerializer(serializers.Serializer):
    model = serializers.CharField(help_text="Such as communities.resident")
    id = serializers.IntegerField()
    field = serializers.CharField()
    purpose = serializers.CharField()


class RevealedSerializer(serializers.Serializer):
    value = serializers.CharField()


class RevealViewSet(ReadOnlyScopedViewSet):
    """Who was shown whose personal data, and what for."""

    perms = {
        "list": "communities.view_reveal",
        "retrieve": "communities.view_reveal",
        "create": "communities.add_reveal",
    }
    queryset = Reveal.objects.select_related("content_type", "by").prefetch_related("by__role_assignments")
    serializer_class = RevealSerializer
    filterset_fields = ("content_type__model", "object_id", "by")

    @extend_schema(request=RevealAskSerializer, responses={201: RevealedSerializer})
    def create(self, request: Request) -> Response:
        """Show one personal field of one thing; it is recorded who saw it and what for."""
        asked = self.valid(RevealAskSerializer)
        thing = _revealable(request.user, asked["model"], asked["id"])
        value = reveals.reveal(thing, field=asked["field"], by=request.user, purpose=asked["purpose"])
        return Response({"value": value}, status=201)


def _revealable(user: Any, label: str, pk: int) -> Any:
    """The thing, when the person may reveal it; a stranger's is 404."""
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError):
        raise NotFound(_("Not found.")) from None
    perm = f"{model._meta.app_label}.reveal_{model._meta.model_name}"
    if not hasattr(model, "PERSONAL"):
        raise NotFound(_("Not found."))
    thing = model._default_manager.for_user(user, perm).filter(pk=pk).first()
    if thing is None:
        raise NotFound(_("Not found."))
    return thing


class AuditEventSerializer(serializers.ModelSerializer):
    label = serializers.CharField(source="get_kind_display")  # type: ignore[assignment]  # a field of this name, as DRF allows

    class Meta:
        model = AuditEvent
        fields = ("id", "kind", "label", "actor", "subject", "reason", "detail", "at")


class AuditEventViewSet(ReadOnlyScopedViewSet):
    """What happened to accounts: sign-ins, refusals, roles, exports."""

    perms = {"list": "communities.view_auditevent", "retrieve": "communities.view_auditevent"}
    queryset = AuditEvent.objects.all()
    serializer_class = AuditEventSerializer
    filterset_fields = {"kind": ["exact"], "subject": ["exact"], "actor": ["exact"], "at": ["gte", "lt"]}
