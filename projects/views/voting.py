"""投票: choosing, looking over, casting, and the receipt. Works on any phone, without JavaScript.

What is chosen and the key travel in the form from step to step; nothing of it is kept on the server (a session
belongs to a person) or stands in an address (addresses are logged).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from communities.models import Refused, User
from communities.pages import visible_or_404
from projects.forms.ballots import BallotForm
from projects.models import Poll
from projects.services import ballots

# Keeps what was ticked on the voter's own device while they sign in again.
COOKIE = "ballot-paper"
TEN_MINUTES = 600
LONGEST_ID = 19


@never_cache
@sensitive_post_parameters("choices", "key")
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot paper; posted, it is looked over first and cast by the second post."""
    if request.method == "POST" and not request.user.is_authenticated:
        return _sign_in_first(request, pk)
    if request.user.is_authenticated and request.POST.get("step") == "cast":
        return _cast(request, pk, by=request.user)
    poll = _poll(request, pk)
    form = _paper(request, poll)
    if request.POST.get("step") == "review" and form.is_valid():
        return render(request, "projects/vote_review.html", {"poll": poll, "form": form})
    return _show(request, poll, form)


def _poll(request: HttpRequest, pk: int) -> Poll:
    return visible_or_404(Poll, request.user, "projects.view_poll", pk=pk)


def _cast(request: HttpRequest, pk: int, *, by: User) -> HttpResponse:
    """The vote itself: one statement. Only a refusal looks at anything else."""
    chosen = [int(value) for value in request.POST.getlist("choices") if value.isdecimal() and len(value) < LONGEST_ID]
    try:
        receipt = ballots.cast(Poll(pk=pk), choices=chosen, key=request.POST.get("key", ""), by=by)
    except Refused as no:
        poll = _poll(request, pk)
        return _show(request, poll, _paper(request, poll), refusal=no)
    return render(request, "projects/receipt.html", {"receipt": ballots.as_shown(receipt), "pk": pk})


def _paper(request: HttpRequest, poll: Poll) -> BallotForm:
    """The ballot paper as posted, as left when signing in again, or empty."""
    if request.method == "POST" and request.POST.get("step") != "change":
        return BallotForm(request.POST, poll=poll)
    key, _sep, chosen = request.COOKIES.get(COOKIE, "").partition(":")
    if request.method == "POST":
        key, chosen = request.POST.get("key", ""), " ".join(request.POST.getlist("choices"))
    initial = {"key": key or ballots.new_key(), "choices": chosen.split()}
    return BallotForm(initial=initial, poll=poll)


def _show(request: HttpRequest, poll: Poll, form: BallotForm, refusal: Refused | None = None) -> HttpResponse:
    context: dict[str, Any] = {"poll": poll, "form": form, "refusal": refusal, "place": _place(request, poll)}
    response = render(request, "projects/vote.html", context, status=409 if refusal else 200)
    if request.user.is_authenticated:
        response.delete_cookie(COOKIE, path=request.path)
    return response


def _place(request: HttpRequest, poll: Poll) -> str:
    """What this person can do here now: vote, or why not."""
    if not poll.is_open(now()):
        return "not_open"
    if not request.user.is_authenticated:
        return "signed_out"
    entry = ballots.place_of(poll, user=request.user)
    if entry is None:
        return "not_on_roll"
    if entry.struck:
        return "struck"
    return "voted" if entry.has_voted else "free"


def _sign_in_first(request: HttpRequest, pk: int) -> HttpResponse:
    """Signed out meanwhile: sign in again, then go on with what was ticked."""
    page = reverse("projects:vote", args=[pk])
    response = redirect_to_login(page, settings.LOGIN_URL)
    paper = f"{request.POST.get('key', '')[:64]}:{' '.join(request.POST.getlist('choices')[:50])}"
    response.set_cookie(
        COOKIE, paper, max_age=TEN_MINUTES, path=page, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response
