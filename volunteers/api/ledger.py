"""The ledger, to read: what is wrong is taken back where it began, at the hours or the voucher."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.pagination import KeysetPagination
from communities.api.viewsets import ReadOnlyScopedViewSet
from volunteers.models import Account, Journal, Lot, PointEntry
from volunteers.services import pools


class AccountSerializer(serializers.ModelSerializer):
    volunteer = serializers.CharField(source="volunteer.number", read_only=True, default=None)

    class Meta:
        model = Account
        fields = ["id", "kind", "region", "volunteer", "partner", "balance", "expiring"]


class CoverageSerializer(serializers.Serializer):
    given = serializers.IntegerField(help_text="points that a street or sponsors gave, less what was taken back")
    issued = serializers.IntegerField(help_text="points issued, less what was taken back")
    left = serializers.IntegerField(help_text="below zero: issued without cover")
    percent = serializers.IntegerField(allow_null=True, help_text="how much of what was issued is covered")


class LastDaySerializer(serializers.ModelSerializer):
    class Meta:
        model = Lot
        fields = ["expires_on", "left"]


class PointEntrySerializer(serializers.ModelSerializer):
    kind = serializers.CharField(source="journal.kind", read_only=True)
    reason = serializers.CharField(source="journal.text", read_only=True)
    at = serializers.DateTimeField(source="journal.at", read_only=True)

    class Meta:
        model = PointEntry
        fields = ["id", "journal", "account", "amount", "sequence", "balance_after", "kind", "reason", "at"]


class JournalSerializer(serializers.ModelSerializer):
    reason = serializers.CharField(source="text", read_only=True)

    class Meta:
        model = Journal
        fields = ["id", "kind", "region", "reason", "source", "reverses", "at"]


class ByNumber(KeysetPagination):
    """A person's entries by their numbers, which are an index of that account alone: by `id` the database may prefer to
    go back through everybody's entries until it has found a page of these."""

    ordering = "-sequence"


class AccountViewSet(ReadOnlyScopedViewSet):
    """Pools are everybody's to see; a person's account is theirs and the staff's."""

    queryset = Account.objects.select_related("volunteer")
    serializer_class = AccountSerializer
    filterset_fields = {"kind": ["exact"], "region__code": ["exact", "startswith"], "volunteer__number": ["exact"]}
    perms = {
        "list": "volunteers.view_account",
        "retrieve": "volunteers.view_account",
        "coverage": "volunteers.view_account",
        "statement": "volunteers.view_pointentry",
        "lots": "volunteers.view_lot",
    }

    @extend_schema(responses=CoverageSerializer, filters=False)
    @action(detail=True, methods=["get"])
    def coverage(self, request: Request, pk: int) -> Response:
        """What a pool was given, what was issued of it, and how far the one covers the other."""
        pool = self.get_object()
        if pool.kind != Account.Kind.POOL:
            raise NotFound
        return Response(CoverageSerializer(pools.coverage(pool)).data)

    @extend_schema(responses=PointEntrySerializer(many=True), filters=False)
    @action(detail=True, methods=["get"])
    def statement(self, request: Request, pk: int) -> Response:
        """The entries of one account, the newest first: a page costs the same however long the account is."""
        account = self.get_object()
        if account.kind == Account.Kind.PERSON:
            self.pagination_class = ByNumber
        rows = PointEntry.objects.filter(account_id=account.pk).select_related("journal")
        return self.get_paginated_response(PointEntrySerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(responses=LastDaySerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def lots(self, request: Request, pk: int) -> Response:
        """Which of the points expire when."""
        return Response(LastDaySerializer(self.get_object().lots.with_points(), many=True).data)


class PointEntryViewSet(ReadOnlyScopedViewSet):
    queryset = PointEntry.objects.select_related("journal")
    serializer_class = PointEntrySerializer
    filterset_fields = {"account": ["exact"], "journal": ["exact"], "journal__kind": ["exact"]}
    perms = {"list": "volunteers.view_pointentry", "retrieve": "volunteers.view_pointentry"}


class ByTime(KeysetPagination):
    ordering = ("-at", "-id")


class JournalViewSet(ReadOnlyScopedViewSet):
    queryset = Journal.objects.all()
    serializer_class = JournalSerializer
    pagination_class = ByTime
    filterset_fields = {"kind": ["exact"], "source": ["exact"], "at": ["gte", "lt"], "region__code": ["startswith"]}
    perms = {"list": "volunteers.view_journal", "retrieve": "volunteers.view_journal"}
