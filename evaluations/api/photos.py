"""Photos as evidence: taken in once, by the key that the device made up."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from communities.api.viewsets import ReadOnlyScopedViewSet
from communities.models import Upload
from communities.views.uploads import hand_out
from evaluations.api.marks import DeviceTimeField
from evaluations.models import MarkPhoto, ScoreSheet
from evaluations.services import photos, sheets

VIEW, FILL = "evaluations.view_scoresheet", "evaluations.fill_scoresheet"


class MarkPhotoSerializer(serializers.ModelSerializer):
    indicator: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    name = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="where the picture is; empty once it was taken back")

    class Meta:
        model = MarkPhoto
        fields = [
            *("id", "sheet", "indicator", "key", "name", "url", "latitude", "longitude"),
            *("taken_at", "at", "removed_at"),
        ]
        read_only_fields = fields

    def get_name(self, photo: MarkPhoto) -> str:
        return photo.upload.name if photo.upload else ""

    @extend_schema_field(OpenApiTypes.STR)
    def get_url(self, photo: MarkPhoto) -> str:
        return photo.get_absolute_url() if photo.upload_id else ""


class NewPhotoSerializer(serializers.Serializer):
    """A picture (JPEG or PNG); its place only if the person switched that on: what lies in the picture is dropped."""

    sheet = serializers.IntegerField()
    indicator = serializers.CharField(max_length=16)
    key = serializers.UUIDField(help_text="made up by the device; sent again, the photo that is there is the answer")
    file = serializers.FileField(max_length=255)
    latitude = serializers.DecimalField(max_digits=8, decimal_places=5, min_value=-90, max_value=90, required=False)
    longitude = serializers.DecimalField(max_digits=8, decimal_places=5, min_value=-180, max_value=180, required=False)
    taken_at = DeviceTimeField(required=False, help_text="by the clock of the device; only shown")

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        """A place has both figures or none."""
        place = (said.pop("latitude", None), said.pop("longitude", None))
        if None in place and place != (None, None):
            raise serializers.ValidationError(_("A place has a latitude up to 90 and a longitude up to 180 degrees."))
        return {**said, "place": None if None in place else place}


class MarkPhotoViewSet(ReadOnlyScopedViewSet):
    """The photos of one's own score sheets, and, once a round is closed, those of a street for its staff."""

    queryset = MarkPhoto.objects.select_related("upload", "indicator", "sheet__rating__round")
    serializer_class = MarkPhotoSerializer
    parser_classes = [MultiPartParser]
    filterset_fields: ClassVar = {"sheet": ["exact"], "indicator__code": ["exact"]}
    perms: ClassVar = {"list": VIEW, "retrieve": VIEW, "file": VIEW, "create": FILL, "destroy": FILL}

    @extend_schema(request={"multipart/form-data": NewPhotoSerializer}, responses={201: MarkPhotoSerializer})
    def create(self, request: Request) -> Response:
        """Add a photo to an indicator of a sheet that is being filled in; once, however often it is sent."""
        said = self.valid(NewPhotoSerializer)
        mine = ScoreSheet.objects.for_user(request.user, FILL).filter(member__user=request.user)
        sheet = get_object_or_404(mine.select_related("rating__round", "member"), pk=said.pop("sheet"))
        asked = {each.code: each for each in sheets.asked(sheet)}
        indicator = asked.get(said.pop("indicator"))
        if indicator is None:
            raise serializers.ValidationError({"indicator": [_("You are not asked to mark this indicator.")]})
        return self.represent(photos.add(sheet, indicator=indicator, by=request.user, **said), status=201)

    def destroy(self, request: Request, pk: str) -> Response:
        """Take a photo back while the sheet is being filled in; again is no harm."""
        photos.take_back(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, pk: str) -> FileResponse:
        """The picture itself."""
        return hand_out(get_object_or_404(Upload, mark_photos=self.get_object()))
