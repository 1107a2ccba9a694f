"""Who asks, where the matrix opens an action to everybody but somebody must stand behind it."""

from __future__ import annotations

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from communities.models import User
from volunteers.models import Volunteer
from volunteers.services import volunteers


def signed_in(request: Request) -> User:
    """The person who asks; a stranger is asked to sign in."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def volunteer_of(request: Request) -> Volunteer:
    """The volunteer who asks; anybody else is told to register."""
    return volunteers.of_user(signed_in(request))
