"""How the API reads what is sent: JSON of a sensible size and depth."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MOST_BYTES = 2 * 1024 * 1024


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class BoundedJSONParser(JSONParser):
    """JSON up to 2 MB; files are sent as multipart, where uploads have limits of their own."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        request = (parser_context or {}).get("request")
        if request is not None and int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise TooLarge(_("This is larger than the platform takes."))
        try:
            said = super().parse(stream, media_type, parser_context)
            # Half a character, as \\ud800 alone, can neither be kept nor be shown again.
            json.dumps(said, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError):
            raise ParseError from None
        if said is None:
            raise ParseError
        return said
