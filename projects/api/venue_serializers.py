"""Voting at the venue as the API writes and reads it: slips, kiosks, paper ballots."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from communities.api.reasons import ReasonSerializer
from projects.models import Kiosk, PaperSheet, Poll, VoterRollEntry, VotingSlip
from projects.services import ballots
from projects.services.papers import MOST_SHEETS

from .poll_serializers import ChoiceSerializer, NumberField, WithinReach


class OfPollSerializer(WithinReach, serializers.Serializer):
    """Which poll: one that the person runs."""

    reach: ClassVar = {"poll": (Poll, "projects.run_poll")}
    poll = serializers.PrimaryKeyRelatedField(queryset=Poll.objects.none())


class VotingSlipSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="masked_name", read_only=True)
    is_expert = serializers.BooleanField(source="user_id", read_only=True)
    helper = serializers.CharField(source="masked_helper", read_only=True)
    witness = serializers.CharField(source="masked_witness", read_only=True)

    class Meta:
        model = VotingSlip
        fields = ["id", "poll", "resident", "is_expert", "name", "is_helped", "helper", "witness", "revoked_at"]


class PrintSlipsSerializer(OfPollSerializer):
    """For whom: these residents or experts, whose older slips die, or all of the voice who have none."""

    voice = serializers.ChoiceField(choices=VoterRollEntry.Voice, default=VoterRollEntry.Voice.PEOPLE)
    residents = serializers.ListField(child=NumberField(), max_length=5000, required=False)
    experts = serializers.ListField(child=NumberField(), max_length=5000, required=False)


class PrintedSlipSerializer(serializers.Serializer):
    """A slip as it is printed. The secret is the end of its address, /v/<secret>/; nobody can see it again."""

    resident = serializers.IntegerField(source="resident.pk", default=None, allow_null=True)
    name = serializers.CharField(source="holder.masked_name")
    secret = serializers.CharField()
    code = serializers.CharField()


class KioskSerializer(serializers.ModelSerializer):
    class Meta:
        model = Kiosk
        fields = ["id", "poll", "name", "ended_at"]


class NewKioskSerializer(OfPollSerializer):
    name = serializers.CharField(max_length=40)


class MadeKioskSerializer(KioskSerializer):
    """A kiosk with the secret that its tablet keeps as a cookie; nobody can see it again."""

    secret = serializers.CharField(read_only=True)

    class Meta(KioskSerializer.Meta):
        fields = [*KioskSerializer.Meta.fields, "secret"]


class PaperSheetSerializer(serializers.ModelSerializer):
    code = serializers.SerializerMethodField()
    for_experts = serializers.BooleanField(source="is_experts", read_only=True)
    looks = serializers.IntegerField(read_only=True)

    class Meta:
        model = PaperSheet
        fields = ["id", "poll", "code", "for_experts", "looks", "set_aside"]

    def get_code(self, sheet: PaperSheet) -> str:
        return ballots.as_shown(sheet.code)


class PrintSheetsSerializer(OfPollSerializer):
    number = serializers.IntegerField(min_value=1, max_value=MOST_SHEETS)
    for_experts = serializers.BooleanField(default=False)


class PrintedSheetsSerializer(serializers.Serializer):
    codes = serializers.ListField(child=serializers.CharField())


class SheetEntrySerializer(OfPollSerializer, ChoiceSerializer):
    """What one reads on a sheet: the projects ticked, or the points of each, or that it is spoiled."""

    code = serializers.CharField(max_length=20)
    is_spoiled = serializers.BooleanField(default=False)


class SetAsideSerializer(ReasonSerializer, OfPollSerializer):
    code = serializers.CharField(max_length=20)
    reason = serializers.CharField(max_length=200)


class SheetStateSerializer(serializers.Serializer):
    """How far a sheet is: how many looked, and whether two read the same. Never what they read."""

    code = serializers.CharField()
    looks = serializers.IntegerField(required=False)
    is_agreed = serializers.BooleanField(required=False)
    needs_third_look = serializers.BooleanField(source="differs", required=False)
