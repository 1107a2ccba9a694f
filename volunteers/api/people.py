"""Who asks, where the matrix opens an action to everybody but somebody must stand behind it."""

from __future__ import annotations

from rest_framework.request import Request

from communities.api.viewsets import signed_in
from volunteers.models import Volunteer
from volunteers.services import volunteers


def volunteer_of(request: Request) -> Volunteer:
    """The volunteer who asks; anybody else is told to register."""
    return volunteers.of_user(signed_in(request))
