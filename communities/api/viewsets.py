"""What every resource of the API has in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import mixins, viewsets
from rest_framework.exceptions import NotAuthenticated, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from communities.models import Refused, Region, User
from communities.models.idempotency import KeptAnswer


def signed_in(request: Request) -> User:
    """The person who asks; a stranger is asked to sign in."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


class ScopedViewSet(viewsets.GenericViewSet):
    """Shows and touches only the rows on which the user holds the action's permission.

    `perms` names a permission for every action; a test holds every viewset to that.
    """

    perms: ClassVar[dict[str, str]]

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset().none()
        return super().get_queryset().for_user(self.request.user, self.perms[self.action])

    def represent(self, obj: Any, status: int = 200) -> Response:
        """The thing as it is now, after a move."""
        return Response(self.get_serializer(obj).data, status=status)

    def moved(self, service: Callable[..., Any], asks: Any = None) -> Response:
        """Do this to the thing, with what the request says (in the words of `asks`), and show it as it is now."""
        service(thing := self.get_object(), by=self.request.user, **(self.valid(asks) if asks else {}))
        return self.represent(thing)

    def valid(self, serializer_class: Any = None) -> dict[str, Any]:
        """What the request says, checked by a serializer (the viewset's own, unless another is named)."""
        make = serializer_class or self.get_serializer_class()
        serializer = make(data=self.request.data, context=self.get_serializer_context())
        if not serializer.is_valid() and self.detail:
            self.get_object()  # a stranger's thing is unknown (404), whatever was sent to it
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def check_region(self, region: Region, perm: str) -> None:
        """Somebody who may not act in a region is told that it does not exist (404)."""
        if not any(region.code.startswith(code) for code in self.request.user.codes_granting(perm)):
            raise NotFound(_("Not found."))

    def check_anywhere(self, perm: str) -> None:
        """What belongs to no region is for those who hold the permission somewhere; others get 403."""
        if not self.request.user.has_perm(perm):
            self.permission_denied(self.request)


class ReadOnlyScopedViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """A noun that is read through the API and changed by its moves only."""


def idempotent(method: Callable[..., Response]) -> Callable[..., Response]:
    """An action that with the same `Idempotency-Key` header happens once, however often it is sent.

    The same key with other content is refused (409, `key_reused`). The answer is kept in the transaction that
    does the thing, so that neither is ever there without the other.
    """

    @wraps(method)
    def once(self: ScopedViewSet, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")[:64]
        if not key or not request.user.is_authenticated:
            return method(self, request, *args, **kwargs)
        content = json.dumps([request.path, request.data], sort_keys=True, default=str)
        fingerprint = hashlib.sha256(content.encode()).hexdigest()
        with transaction.atomic():
            # Taking the person's row puts two requests of the same person in line.
            User.objects.select_for_update().get(pk=request.user.pk)
            kept = KeptAnswer.objects.filter(user=request.user, key=key).first()
            if kept is None:
                response = method(self, request, *args, **kwargs)
                body = json.loads(json.dumps(response.data, default=str))
                KeptAnswer.objects.create(
                    user=request.user, key=key, fingerprint=fingerprint, status=response.status_code, body=body
                )
                return response
        if kept.fingerprint != fingerprint:
            raise Refused(_("This key was already used for another request."), code="key_reused")
        return Response(kept.body, status=kept.status)

    once.happens_once = True  # a test asks for it
    return once


class CreateOnceMixin(mixins.CreateModelMixin):
    """Creating with the same `Idempotency-Key` makes one thing; `perform_create` calls a service."""

    @idempotent
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)
