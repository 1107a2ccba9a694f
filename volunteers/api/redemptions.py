"""Redemptions: one's own with their codes, staff's without, and the partner's till."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.reasons import OptionalReasonSerializer
from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent, signed_in
from volunteers.models import Redemption
from volunteers.services import redemptions


class RedemptionSerializer(serializers.ModelSerializer):
    """The code is shown to its owner alone."""

    volunteer = serializers.CharField(source="volunteer.number", read_only=True)
    name = serializers.CharField(source="volunteer.masked_name", read_only=True)
    reward_title = serializers.CharField(source="reward.__str__", read_only=True)
    code = serializers.SerializerMethodField()

    class Meta:
        model = Redemption
        fields = [
            *["id", "reward", "reward_title", "volunteer", "name", "points", "code", "status"],
            *["redeemed_at", "valid_until", "used_at"],
        ]
        read_only_fields = fields

    def get_code(self, redemption: Redemption) -> str:
        request = self.context.get("request")
        return redemption.code if request and redemption.volunteer.user_id == request.user.pk else ""


class VoucherSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=32)


class RedemptionViewSet(ReadOnlyScopedViewSet):
    queryset = Redemption.objects.select_related("volunteer", "reward")
    serializer_class = RedemptionSerializer
    filterset_fields = {
        "reward": ["exact"],
        "reward__partner": ["exact"],
        "status": ["exact"],
        "redeemed_at": ["gte", "lt"],
        "volunteer__number": ["exact"],
    }
    perms = {
        "list": "volunteers.view_redemption",
        "retrieve": "volunteers.view_redemption",
        "cancel": "volunteers.cancel_redemption",
        "look_up": "volunteers.accept_redemption",
        "accept": "volunteers.accept_redemption",
    }

    @extend_schema(request=OptionalReasonSerializer, responses=RedemptionSerializer)
    @action(detail=True, methods=["post"], serializer_class=OptionalReasonSerializer)
    def cancel(self, request: Request, pk: int) -> Response:
        redemption = self.get_object()
        redemptions.cancel(redemption, by=request.user, **self.valid(OptionalReasonSerializer))
        return Response(RedemptionSerializer(redemption, context={"request": request}).data)

    @extend_schema(request=VoucherSerializer, responses=RedemptionSerializer)
    @action(detail=False, methods=["post"], url_path="look-up", serializer_class=VoucherSerializer)
    def look_up(self, request: Request) -> Response:
        """What a voucher is for, shown to a clerk of its partner before it is accepted."""
        found = redemptions.find(self.valid(VoucherSerializer)["code"], by=signed_in(request))
        return Response(RedemptionSerializer(found, context={"request": request}).data)

    @extend_schema(request=VoucherSerializer, responses=RedemptionSerializer)
    @action(detail=False, methods=["post"], serializer_class=VoucherSerializer)
    @idempotent
    def accept(self, request: Request) -> Response:
        """Honour a voucher, once; a second time is refused and says when the first was."""
        found = redemptions.find(self.valid(VoucherSerializer)["code"], by=signed_in(request))
        redemptions.accept(found, by=request.user)
        return Response(RedemptionSerializer(found, context={"request": request}).data)
