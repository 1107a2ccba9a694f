"""The words a city chooses from; they are changed in the console, by the city's administrator."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from communities.api.viewsets import ReadOnlyScopedViewSet
from teams.models import CooperationMode, Field, Scene, TeamType

FIELDS = ["id", "code", "name", "name_en", "label", "order", "is_active"]


def word_viewset(word: Any) -> type[ReadOnlyScopedViewSet]:
    """The resource of one vocabulary; all four are alike."""

    class WordSerializer(serializers.ModelSerializer):
        label = serializers.CharField(  # type: ignore[assignment]  # the field, not the serializer's own label
            read_only=True, help_text="the name in the language of the request"
        )

        class Meta:
            model = word
            fields = FIELDS
            ref_name = word.__name__

    class WordViewSet(ReadOnlyScopedViewSet):
        queryset = word.objects.all()
        serializer_class = WordSerializer
        filterset_fields = ["code", "is_active"]
        perms = dict.fromkeys(["list", "retrieve"], f"teams.view_{word._meta.model_name}")

    WordSerializer.__name__ = f"{word.__name__}Serializer"
    WordViewSet.__name__ = f"{word.__name__}ViewSet"
    WordViewSet.__doc__ = word.__doc__
    return WordViewSet


TeamTypeViewSet = word_viewset(TeamType)
SceneViewSet = word_viewset(Scene)
FieldViewSet = word_viewset(Field)
CooperationModeViewSet = word_viewset(CooperationMode)
