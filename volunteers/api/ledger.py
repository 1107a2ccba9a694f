"""The ledger, to read: what is wrong is taken back where it began, at the hours or the voucher."""

from __future__ import annotations

from rest_framework import serializers

from communities.api.pagination import KeysetPagination
from communities.api.viewsets import ReadOnlyScopedViewSet
from volunteers.models import Account, Journal, PointEntry


class AccountSerializer(serializers.ModelSerializer):
    volunteer = serializers.CharField(source="volunteer.number", read_only=True, default=None)

    class Meta:
        model = Account
        fields = ["id", "kind", "region", "volunteer", "partner", "balance"]


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


class AccountViewSet(ReadOnlyScopedViewSet):
    queryset = Account.objects.select_related("volunteer")
    serializer_class = AccountSerializer
    filterset_fields = {"kind": ["exact"], "region__code": ["exact", "startswith"], "volunteer__number": ["exact"]}
    perms = {"list": "volunteers.view_account", "retrieve": "volunteers.view_account"}


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
