"""Signing in through the API.

A client does this: POST /phone-codes/ {phone}, then POST /sessions/ {phone, code}. The answer sets the session cookie
and the `csrftoken` cookie and repeats the token as `csrf_token`, as GET /me/ does at any later time. Every POST, PATCH
or DELETE of somebody who is signed in sends the token back as the header `X-CSRFToken`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.middleware.csrf import get_token
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities import phones, sessions
from communities.addresses import address_of
from communities.models import Refused, SignedInDevice, User
from communities.services import (
    devices,
    phone_codes,
    residents,
    second_factors,
    sign_in,
)

from .parsers import BoundedJSONParser


class PhoneCodeSerializer(serializers.Serializer):
    phone = serializers.CharField(max_length=24, write_only=True)
    expires_at = serializers.DateTimeField(read_only=True)
    next_at = serializers.DateTimeField(read_only=True, help_text="From when another code may be asked for.")


class SignInSerializer(serializers.Serializer):
    """Either phone and code, or username and password; each with totp where the account asks for it."""

    phone = serializers.CharField(max_length=24, required=False)
    code = serializers.CharField(max_length=12, required=False)
    name = serializers.CharField(max_length=64, required=False, help_text="Asked once of a new phone.")
    consent = serializers.CharField(
        max_length=16, required=False, help_text="The version of the privacy policy that is agreed to."
    )
    username = serializers.CharField(max_length=64, required=False)
    password = serializers.CharField(max_length=128, required=False, trim_whitespace=False)
    totp = serializers.CharField(max_length=16, required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if not ({"phone", "code"} <= data.keys() or {"username", "password"} <= data.keys()):
            raise serializers.ValidationError(_("Give phone and code, or username and password."))
        return data


class HeldRoleSerializer(serializers.Serializer):
    role = serializers.CharField()
    label = serializers.CharField(source="get_role_display")  # type: ignore[assignment]  # a field of this name, as DRF allows
    region = serializers.CharField(source="region.code")
    region_name = serializers.CharField(source="region.name")


class MeSerializer(serializers.ModelSerializer):
    phone = serializers.CharField(source="masked_phone", read_only=True)
    roles = serializers.SerializerMethodField()
    csrf_token = serializers.SerializerMethodField()
    language = serializers.ChoiceField(choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("id", "username", "name", "phone", "language", "is_staff", "roles", "csrf_token")
        read_only_fields = ("id", "username", "is_staff")

    def get_roles(self, user: User) -> list[dict[str, Any]]:
        held = user.role_assignments.active().select_related("region").order_by("region__code")
        return [HeldRoleSerializer(one).data for one in held]

    def get_csrf_token(self, _user: User) -> str:
        return get_token(self.context["request"]._request)  # noqa: SLF001 (the token belongs to Django's request)


class PhoneCodeViewSet(viewsets.GenericViewSet):
    """One-time codes by SMS: at most one a minute, five an hour and ten a day for one phone."""

    perms: ClassVar = {"create": "communities.add_phonecode"}
    # JSON alone: a form of another site cannot send it.
    parser_classes = [BoundedJSONParser]
    serializer_class = PhoneCodeSerializer

    @extend_schema(responses={201: PhoneCodeSerializer})
    def create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        phone = phone_of(serializer.validated_data["phone"])
        code = phone_codes.send(phone, at=now(), address=address_of(request))
        answer = {"expires_at": code.expires_at, "next_at": phone_codes.next_at(phone, at=now())}
        return Response(answer, status=201)


def phone_of(typed: str) -> str:
    """The number in its international form, or what is wrong with it at its field."""
    try:
        return phones.normalise(typed)
    except Refused as no:
        raise serializers.ValidationError({"phone": [str(no)]}) from None


class DeviceSerializer(serializers.ModelSerializer):
    device = serializers.CharField(source="label", read_only=True)
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = SignedInDevice
        fields = ("id", "device", "started_at", "seen_at", "is_current")

    def get_is_current(self, device: SignedInDevice) -> bool:
        return device.session_key == self.context["request"].session.session_key


class SessionViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Where one is signed in. Signing in answers with what /me/ answers."""

    perms: ClassVar = {
        "create": "communities.add_session",
        "list": "communities.view_session",
        "destroy": "communities.end_session",
        "current": "communities.end_session",
    }
    parser_classes = [BoundedJSONParser]
    serializer_class = DeviceSerializer
    queryset = SignedInDevice.objects.all()
    filterset_fields: ClassVar[list[str]] = []

    def get_queryset(self) -> Any:
        own = super().get_queryset()
        return own.filter(user=self.request.user) if self.request.user.is_authenticated else own.none()

    def get_serializer_class(self) -> Any:
        return SignInSerializer if self.action == "create" else DeviceSerializer

    @extend_schema(request=SignInSerializer, responses={201: MeSerializer})
    def create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        user = _by_phone(data, request) if "phone" in data else _by_password(data, request)
        residents.match(user)
        how = "phone" if "phone" in data else "password"
        sessions.start(request._request, user, how=f"{how}, API", at=now())  # noqa: SLF001 (sessions are Django's)
        return Response(MeSerializer(user, context=self.get_serializer_context()).data, status=201)

    def destroy(self, request: Request, pk: Any = None) -> Response:
        devices.end(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["delete"])
    def current(self, request: Request) -> Response:
        """Sign out here."""
        sessions.stop(request._request)  # noqa: SLF001 (sessions are Django's)
        return Response(status=204)


def _by_password(data: dict[str, Any], request: Request) -> User:
    address = address_of(request)
    user = sign_in.by_password(data["username"], password=data["password"], at=now(), address=address)
    _check_factor(user, data, address)
    return user


def _by_phone(data: dict[str, Any], request: Request) -> User:
    """The code is used up last, so that a missing name, consent or second factor can still be given."""
    phone = phone_of(data["phone"])
    code = phone_codes.verify(phone, typed=data["code"], at=now())
    user = sign_in.by_phone(phone)
    if user is None or sign_in.needs_welcome(user):
        _check_welcome(user, data)
    if user:
        _check_factor(user, data, address_of(request))
    phone_codes.consume(code, at=now())
    if user is None or sign_in.needs_welcome(user):
        return sign_in.welcome(phone, name=data.get("name", ""), version=data["consent"], at=now())
    return user


def _check_welcome(user: User | None, data: dict[str, Any]) -> None:
    if data.get("consent") != settings.PRIVACY_VERSION:
        message = _("Agree to the privacy policy by sending its version, %(version)s, as consent.")
        raise Refused(message % {"version": settings.PRIVACY_VERSION}, code="consent_needed")
    if not (user and user.name) and not data.get("name", "").strip():
        raise Refused(_("Please give a name."), code="name_needed")


def _check_factor(user: User, data: dict[str, Any], address: str) -> None:
    if not sign_in.needs_factor(user):
        return
    if "totp" not in data:
        raise Refused(_("This account asks for a code from the authenticator app."), code="second_factor_needed")
    second_factors.check(user, code=data["totp"], at=now(), address=address)
