"""大屏: the hall's big screen, its figures and its check-in code. Nobody needs to be signed in for any of them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from communities.pages import visible_or_404
from communities.qr import qr_picture
from communities.services import place_codes
from projects.models import Poll, PollResult
from projects.services import screens


@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """The big screen; opened with the staff's link it also shows the check-in code."""
    poll = visible_or_404(Poll, request.user, "projects.view_poll", pk=pk)
    ticket = request.GET.get("pass", "")
    is_hall = screens.is_of_the_hall(poll.pk, ticket=ticket)
    context: dict[str, Any] = {
        "poll": poll,
        "roadshow": poll.roadshow,
        "seen": json.loads(screens.figures(poll.pk) or "{}") or screens.what_is_seen(poll),
        "now": screens.now_in_milliseconds(),
        "ticket": ticket if is_hall else "",
        "outcomes": PollResult.Outcome.choices,
    }
    return render(request, "projects/screen.html", context)


@require_safe
def figures(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What screens ask for every second: from the shared cache, 304 while nothing has changed."""
    said = screens.figures(pk)
    if not said:
        raise Http404
    etag = f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag) or HttpResponse(said, content_type="application/json")
    answer["ETag"], answer["Cache-Control"] = etag, "no-cache"
    answer["X-Now"] = str(screens.now_in_milliseconds())
    return answer


@require_safe
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """The check-in code of this half minute as a picture, for the screen in the hall alone."""
    if not screens.is_of_the_hall(pk, ticket=request.GET.get("pass", "")):
        raise Http404
    path = reverse("projects:scan", args=[pk, place_codes.show(Poll(pk=pk))])
    picture = qr_picture(request.build_absolute_uri(path))
    return HttpResponse(picture, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})
