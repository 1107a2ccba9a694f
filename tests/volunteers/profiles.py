"""Volunteers as they register themselves: of age, or from 14 to 18 with a guardian."""

from datetime import timedelta

from django.utils.timezone import localdate, now

from communities.services import consents
from tests.factories import (
    UserFactory,
)
from volunteers.services import volunteers

PROFILE = {"name": "小花", "nationality": "CN"}
CARD = {"document_type": "id_card", "document_number": "11010119900307803x"}
PASSPORT = {"name": "Amina", "nationality": "KE", "document_type": "passport", "document_number": "A123 4567"}


def register(region, **fields):
    user = UserFactory()
    return volunteers.register(user, region=region, by=user, **PROFILE | fields)


def withdraw(user, kind):
    consents.withdraw(user.consents.running().get(kind=kind), at=now(), by=user)


def years_ago(years):
    return (localdate() - timedelta(days=round(years * 365.25))).isoformat()


def minor(region, **fields):
    return register(region, born=years_ago(16), guardian="王某 13800000000", agrees=True, **fields)
