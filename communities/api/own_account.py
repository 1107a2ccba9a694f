"""One's own account in the API: name, phone number, data, consents."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import logout
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities import sessions
from communities.addresses import address_of
from communities.models import Consent, User
from communities.services import consents, erasure, people, phone_codes, phone_numbers, sign_in

from .accounts import MeSerializer, phone_of
from .viewsets import ScopedViewSet


class PasswordSerializer(serializers.Serializer):
    """The password, where the account has one."""

    password = serializers.CharField(max_length=128, required=False, default="", trim_whitespace=False)


class OwnPhoneSerializer(PasswordSerializer):
    """The new number and the code that POST /phone-codes/ sent to it; the password where the account has one."""

    phone = serializers.CharField(max_length=24)
    code = serializers.CharField(max_length=12)


def _check_password(user: User, password: str, request: Request) -> None:
    if user.has_usable_password():
        sign_in.by_password(user.username, password=password, at=now(), address=address_of(request))


class MeViewSet(viewsets.GenericViewSet):
    """One's own account."""

    perms: ClassVar = {
        "retrieve": "communities.view_own_account",
        "partial_update": "communities.change_own_account",
        "export": "communities.view_own_account",
        "phone": "communities.change_own_account",
        "erase": "communities.erase_own_account",
    }
    serializer_class = MeSerializer

    def retrieve(self, request: Request) -> Response:
        return Response(self.get_serializer(request.user).data)

    def partial_update(self, request: Request) -> Response:
        serializer = self.get_serializer(request.user, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        people.change(request.user, by=request.user, **serializer.validated_data)
        return self.retrieve(request)

    @extend_schema(request=PasswordSerializer, responses={204: None})
    def erase(self, request: Request) -> Response:
        """Delete one's personal data and close the account for good; refused (`obligations`) while something runs."""
        serializer, user = PasswordSerializer(data=request.data), request.user
        serializer.is_valid(raise_exception=True)
        _check_password(user, serializer.validated_data["password"], request)
        erasure.erase(user, at=now(), by=user, reason=_("asked for it themselves"))
        logout(request._request)  # noqa: SLF001 (sessions are Django's)
        return Response(status=204)

    @extend_schema(request=OwnPhoneSerializer, responses=MeSerializer)
    def phone(self, request: Request) -> Response:
        """Sign in by another number from now on; one stays signed in only here, and the old number is told."""
        serializer = OwnPhoneSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data, user = serializer.validated_data, request.user
        _check_password(user, data["password"], request)
        phone = phone_of(data["phone"])
        phone_codes.consume(phone_codes.verify(phone, typed=data["code"], at=now()), at=now())
        plain = request._request  # noqa: SLF001 (sessions are Django's)
        phone_numbers.change(user, phone=phone, at=now(), by=user, but=plain.session.session_key or "")
        sessions.keep(plain, user)
        return self.retrieve(request)

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def export(self, request: Request) -> Response:
        """All that is kept about one's account."""
        return Response(people.export(request.user, at=now(), by=request.user))


class ConsentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Consent
        fields = ("id", "kind", "version", "given_at", "withdrawn_at")


class ConsentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """What one agreed to."""

    perms = {
        "list": "communities.view_consent",
        "retrieve": "communities.view_consent",
        "withdraw": "communities.withdraw_consent",
    }
    queryset = Consent.objects.all()
    serializer_class = ConsentSerializer
    filterset_fields = ("kind", "version")

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any = None) -> Response:
        """Take a consent back; without the one to the privacy policy one is signed out everywhere."""
        consent = self.get_object()
        consents.withdraw(consent, at=now(), by=request.user)
        consent.refresh_from_db()
        if consent.kind == consents.PRIVACY:
            sessions.stop(request._request)  # noqa: SLF001 (sessions are Django's)
        return self.represent(consent)
