"""投票: choosing, looking over, casting, and the receipt. Works on any phone, without JavaScript.

What is chosen and the key travel in the form from step to step; nothing of it is kept on the server (a session
belongs to a person) or stands in an address (addresses are logged).
"""

from __future__ import annotations

from hashlib import sha256
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
from projects.forms.ballots import POINTS, BallotForm, read_post
from projects.models import Poll
from projects.services import ballots

# Keeps what was ticked on the voter's own device while they sign in again.
COOKIE = "ballot-paper"
TEN_MINUTES = 600
# Longer than any evening, with its one extension.
TWO_DAYS = 2 * 24 * 3600


@never_cache
@sensitive_post_parameters()
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
    key, replaces = request.POST.get("key", ""), request.POST.get("replaces", "")
    try:
        receipt = ballots.cast(Poll(pk=pk), choices=read_post(request.POST), key=key, replaces=replaces, by=by)
    except Refused as no:
        poll = _poll(request, pk)
        return _show(request, poll, _paper(request, poll), refusal=no)
    response = render(request, "projects/receipt.html", {"receipt": ballots.as_shown(receipt), "pk": pk})
    if request.POST.get("keep"):
        _keep(response, _key_cookie(by, pk), key, path=request.path, secure=request.is_secure(), seconds=TWO_DAYS)
    return response


def _paper(request: HttpRequest, poll: Poll) -> BallotForm:
    """The ballot paper as posted, as left when signing in again, or empty; a new one where the last is replaced."""
    if request.method == "POST" and request.POST.get("step") != "change":
        return BallotForm(request.POST, poll=poll)
    if request.method == "POST":
        key, replaces, said = request.POST.get("key", ""), request.POST.get("replaces", ""), _said(request.POST)
    else:
        key, _sep, said = request.COOKIES.get(COOKIE, "").partition(":")
        replaces = _kept_key(request, poll)
    return BallotForm(initial={"key": key or ballots.new_key(), "replaces": replaces, **_initial(said)}, poll=poll)


def _said(post: Any) -> str:
    """What a paper says, in a few characters: projects, or project=points."""
    said = read_post(post)
    return " ".join(f"{p}={n}" for p, n in said.items()) if isinstance(said, dict) else " ".join(map(str, said))


def _initial(said: str) -> dict[str, Any]:
    pairs = [word.partition("=") for word in said.split()]
    points = {f"{POINTS}{project}": value for project, equals, value in pairs if equals}
    return {"choices": [project for project, equals, _value in pairs if not equals], **points}


def _show(request: HttpRequest, poll: Poll, form: BallotForm, refusal: Refused | None = None) -> HttpResponse:
    context: dict[str, Any] = {"poll": poll, "form": form, "refusal": refusal, "place": _place(request, poll)}
    response = render(request, "projects/vote.html", context, status=409 if refusal else 200)
    if request.user.is_authenticated:
        response.delete_cookie(COOKIE, path=request.path)
    return response


def _place(request: HttpRequest, poll: Poll) -> str:
    """What this person can do here now: vote, replace the ballot, or why not."""
    if not poll.is_open(now()):
        return "not_open"
    if not request.user.is_authenticated:
        return "signed_out"
    entry = ballots.place_of(poll, user=request.user)
    if entry is None:
        return "not_on_roll"
    if entry.struck:
        return "struck"
    if not entry.has_voted:
        return "free"
    return "replace" if poll.may_replace and _kept_key(request, poll) else "voted"


# -- the key of one's ballot stays on one's own device, where a ballot may be replaced


def _key_cookie(user: User, pk: int) -> str:
    """Named for the person, so that two who share a phone do not replace each other's ballot."""
    return f"ballot-{sha256(f'{user.pk}:{pk}'.encode()).hexdigest()[:12]}"


def _kept_key(request: HttpRequest, poll: Poll) -> str:
    if not poll.may_replace or not isinstance(request.user, User):
        return ""
    return request.COOKIES.get(_key_cookie(request.user, poll.pk), "")


def _keep(response: HttpResponse, name: str, value: str, *, path: str, secure: bool, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, path=path, httponly=True, samesite="Lax", secure=secure)


def _sign_in_first(request: HttpRequest, pk: int) -> HttpResponse:
    """Signed out meanwhile: sign in again, then go on with what was ticked."""
    page = reverse("projects:vote", args=[pk])
    response = redirect_to_login(page, settings.LOGIN_URL)
    paper = f"{request.POST.get('key', '')[:64]}:{_said(request.POST)[:1000]}"
    _keep(response, COOKIE, paper, path=page, secure=request.is_secure(), seconds=TEN_MINUTES)
    return response
