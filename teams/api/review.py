"""The review desk 审核台: one list of what waits, whatever it is."""

from __future__ import annotations

from itertools import chain
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from communities.api.viewsets import ScopedViewSet
from teams.models import Admission
from teams.review import DESKS, Desk, row, sheet

PER_DESK = 200


class ReviewViewSet(ScopedViewSet):
    """What waits for me: the oldest first; at most 200 of a kind."""

    queryset = Admission.objects.all()
    serializer_class = Serializer
    filter_backends: list[Any] = []
    lookup_value_regex = r"[a-z-]+-\d+"
    perms = {"list": "teams.view_admission", "retrieve": "teams.view_admission"}

    @extend_schema(operation_id="review_list", responses=OpenApiTypes.OBJECT)
    def list(self, request: Request) -> Response:
        rows = chain.from_iterable(
            [row(desk, thing) for thing in desk.waiting(request.user)[:PER_DESK]] for desk in DESKS.values()
        )
        return Response({"results": list(rows)})

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def retrieve(self, request: Request, pk: str) -> Response:
        resource, _, number = pk.rpartition("-")
        desk = DESKS.get(resource)
        thing = desk and _rows_of(desk).for_user(request.user, desk.perm).filter(pk=number).first()
        if desk is None or thing is None:
            raise NotFound
        return Response(sheet(desk, thing, request.user))


def _rows_of(desk: Desk) -> Any:
    rows: Any = desk.model._default_manager.all()
    return rows.with_priority() if hasattr(rows, "with_priority") else rows
