"""What the tests of the volunteers' API share."""

from datetime import timedelta

from django.utils.timezone import now

from tests.factories import (
    ActivityFactory,
)

V1 = "/api/v1"


def running(community, **fields):
    """An activity that began half an hour ago."""
    return ActivityFactory(region=community, starts_at=now() - timedelta(minutes=30), **fields)


def refusals(clients, path, data=None):
    return {client.post(path, data or {}).status_code for client in clients}
