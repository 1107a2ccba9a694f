"""Photos of rewards: seen by whoever sees the reward, changed by the staff who keep it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import ReadOnlyScopedViewSet, idempotent
from communities.views.uploads import hand_out
from volunteers.models import Reward, RewardPhoto
from volunteers.services import reward_photos

VIEW, CHANGE = "volunteers.view_rewardphoto", "volunteers.change_reward"


class RewardPhotoSerializer(serializers.ModelSerializer):
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    thumb = serializers.CharField(source="get_thumb_url", read_only=True)

    class Meta:
        model = RewardPhoto
        fields = ["id", "reward", "caption", "caption_en", "url", "thumb"]
        read_only_fields = fields


class NewRewardPhotoSerializer(serializers.Serializer):
    """A picture (JPEG or PNG); place and camera data in it are dropped."""

    reward: Any = serializers.PrimaryKeyRelatedField(queryset=Reward.objects.all())
    photo = serializers.FileField(max_length=255)
    caption = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    caption_en = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")


class RewardPhotoViewSet(ReadOnlyScopedViewSet):
    queryset = RewardPhoto.objects.select_related("upload", "reward")
    serializer_class = RewardPhotoSerializer
    parser_classes = [MultiPartParser]
    filterset_fields = {"reward": ["exact"]}
    perms = {"list": VIEW, "retrieve": VIEW, "file": VIEW, "create": CHANGE, "destroy": CHANGE}

    @extend_schema(request={"multipart/form-data": NewRewardPhotoSerializer}, responses={201: RewardPhotoSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        self.check_anywhere(CHANGE)
        said = self.valid(NewRewardPhotoSerializer)
        reward = Reward.objects.for_user(request.user, CHANGE).filter(pk=said.pop("reward").pk).first()
        if reward is None:
            raise NotFound
        return self.represent(reward_photos.add(reward, by=request.user, **said), status=201)

    def destroy(self, request: Request, pk: int) -> Response:
        """Show it no longer; the file goes too."""
        reward_photos.remove(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, pk: int) -> FileResponse:
        """The picture itself."""
        return hand_out(self.get_object().upload)
