"""The API's description at its address."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView


class DescriptionView(SpectacularAPIView):
    """The same for everybody, and long in the making: each language and format is made once while the server runs."""

    def _get_schema_response(self, request: Any) -> HttpResponse:
        renderer: Any = request.accepted_renderer
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        return HttpResponse(
            _described(get_language(), renderer.__class__),
            content_type=f"{renderer.media_type}{charset}",
            headers={"Content-Disposition": f'inline; filename="{self._get_filename(request, "")}"'},
        )


@cache
def _described(_language: str | None, renderer: Any) -> bytes:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return bytes(renderer().render(schema, renderer_context={}))
