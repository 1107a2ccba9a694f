"""Kinds of activity, skills and kinds of reward, to choose from."""

from __future__ import annotations

from rest_framework import serializers

from communities.api.viewsets import ReadOnlyScopedViewSet
from volunteers.models import ActivityKind, RewardKind, Skill


class ActivityKindSerializer(serializers.ModelSerializer):
    class Meta:
        model = ActivityKind
        fields = ["id", "code", "name", "name_en", "order", "is_active"]


class SkillSerializer(serializers.ModelSerializer):
    class Meta:
        model = Skill
        fields = ["id", "code", "name", "name_en", "is_language", "order", "is_active"]


class ActivityKindViewSet(ReadOnlyScopedViewSet):
    queryset = ActivityKind.objects.order_by()
    serializer_class = ActivityKindSerializer
    filterset_fields = ["code", "is_active"]
    perms = {"list": "volunteers.view_activitykind", "retrieve": "volunteers.view_activitykind"}


class SkillViewSet(ReadOnlyScopedViewSet):
    queryset = Skill.objects.order_by()
    serializer_class = SkillSerializer
    filterset_fields = ["code", "is_language", "is_active"]
    perms = {"list": "volunteers.view_skill", "retrieve": "volunteers.view_skill"}


class RewardKindSerializer(serializers.ModelSerializer):
    class Meta:
        model = RewardKind
        fields = ["id", "code", "name", "name_en", "order", "is_active"]


class RewardKindViewSet(ReadOnlyScopedViewSet):
    queryset = RewardKind.objects.order_by()
    serializer_class = RewardKindSerializer
    filterset_fields = ["code", "is_active"]
    perms = {"list": "volunteers.view_rewardkind", "retrieve": "volunteers.view_rewardkind"}
