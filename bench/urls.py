"""The platform's addresses, and two more that only a measurement needs: one that does nothing, and the naive vote."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.timezone import now

from config.urls import urlpatterns as ours
from projects.models import Poll, PollOption, Turnout, VoterRollEntry
from projects.models.ballots import Ballot


def nothing(request: HttpRequest, pk: int) -> HttpResponse:
    """What a signed-in request costs before it does anything."""
    return HttpResponse(status=204 if request.user.is_authenticated else 403)


def naive(request: HttpRequest, pk: int) -> HttpResponse:
    """Get, exists, create, counter + 1: slower, and two at once would both pass the look."""
    with transaction.atomic():
        # First, as the laws of the tables lock the poll's row too.
        Poll.objects.filter(pk=pk).update(spoiled=F("spoiled") + 1)
        poll = Poll.objects.get(pk=pk)
        mine = VoterRollEntry.objects.get(poll=poll, user=request.user)
        chosen = [int(value) for value in request.POST.getlist("choices")]
        for project in chosen:
            PollOption.objects.get(poll=poll, project=project)
        if not poll.is_open(now()) or Turnout.objects.filter(entry=mine).exists():
            return HttpResponse(status=409)
        Turnout.objects.create(entry=mine, poll=poll, channel="phone")
        receipt, key = secrets.token_hex(6), secrets.token_hex(32)
        Ballot.objects.create(poll=poll, choices=chosen, key_hash=key, receipt=receipt)
    return HttpResponse(receipt)


urlpatterns = [
    path("bench/<int:pk>/nothing/", nothing),
    path("bench/<int:pk>/naive/", naive),
    *ours,
]
