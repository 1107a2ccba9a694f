"""选票页面: choosing, looking over, casting, and the receipt, by whichever way the voter is found.

Works on any device, without JavaScript. What is chosen and the key travel in the form from step to step; nothing of
it is kept on the server (a session belongs to a person) or stands in an address (addresses are logged).
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now

from communities.models import Refused
from projects.forms.ballots import POINTS, BallotForm, read_post
from projects.models import Poll
from projects.services import ballots

from . import receipts

# Longer than any evening, with its one extension.
TWO_DAYS = 2 * 24 * 3600


class Way:
    """A way to vote: how the voter is found, what the pages around the paper look like, what the device may keep."""

    base = "base.html"
    # Whether the ballot's key may stay on the device, where a ballot may be replaced.
    keeps = True
    is_kiosk = False

    def __init__(self, request: HttpRequest, pk: int) -> None:
        self.request, self.pk = request, pk

    @cached_property
    def path(self) -> str:
        """Below which address the device keeps the key."""
        return self.request.path

    def poll(self) -> Poll:
        """The poll, once more than the vote itself is needed. Raises Http404 for a stranger."""
        raise NotImplementedError

    def cast(self, **paper: Any) -> str:
        """Put the ballot into the box; returns the receipt."""
        raise NotImplementedError

    def entry(self, poll: Poll) -> Any:
        """The voter's place on the roll, with the bare fact whether they have voted; None if there is none."""
        raise NotImplementedError

    def is_known(self) -> bool:
        """Whether we know who stands before the paper."""
        return True

    def place(self, poll: Poll) -> str:
        """What this person can do here now: vote, replace the ballot, or why not."""
        if not poll.is_open(now()):
            return "not_open"
        if not self.is_known():
            return "signed_out"
        entry = self.entry(poll)
        if entry is None:
            return "not_on_roll"
        if entry.struck:
            return "struck"
        if not entry.has_voted:
            return "free"
        return "replace" if self.kept_key(poll) else "voted"

    @property
    def back(self) -> str:
        """Where one goes afterwards."""
        return reverse("projects:poll", args=[self.pk])

    @property
    def cookie(self) -> str:
        """What the kept key of this voter is called: two who share a phone do not replace each other's ballot."""
        return f"ballot-{sha256(self.who.encode()).hexdigest()[:12]}"

    @property
    def who(self) -> str:
        return self.request.path

    def ticket(self) -> str:
        """What lets the paper be cast without asking who sends it; empty where that is asked."""
        return ""

    def new_key(self) -> str:
        return ballots.new_key()

    def left_behind(self) -> tuple[str, str]:
        """The key and the choice of a paper that was interrupted, if the device kept them."""
        return "", ""

    def kept_key(self, poll: Poll) -> str:
        """The key of the ballot that was cast on this device, where it may be replaced."""
        may_keep = self.keeps and poll.may_replace and self.is_known()
        return self.request.COOKIES.get(self.cookie, "") if may_keep else ""

    def leave(self, response: HttpResponse) -> HttpResponse:
        """What else an answer says to the device."""
        return response

    def done(self, response: HttpResponse) -> HttpResponse:
        """What the receipt says to the device."""
        return response


def fill_in(way: Way) -> HttpResponse:
    """The ballot paper; posted, it is looked over first and cast by the second post."""
    step = way.request.POST.get("step")
    if step == "cast":
        return _cast(way)
    poll = way.poll()
    form = _paper(way, poll)
    if step == "review" and form.is_valid():
        return way.leave(render(way.request, "projects/vote_review.html", {"poll": poll, "form": form, "way": way}))
    return show(way, poll, form)


def _cast(way: Way) -> HttpResponse:
    """The vote itself: one statement. Only a refusal looks at anything else."""
    post = way.request.POST
    key = post.get("key", "")
    try:
        receipt = way.cast(choices=read_post(post), key=key, replaces=post.get("replaces", ""))
    except Refused as no:
        poll = way.poll()
        return show(way, poll, _paper(way, poll), refusal=no)
    response = receipts.page(way, ballots.as_shown(receipt))
    if way.keeps and post.get("keep"):
        keep(response, way.cookie, key, request=way.request, path=way.path, seconds=TWO_DAYS)
    return way.done(response)


def _paper(way: Way, poll: Poll) -> BallotForm:
    """The ballot paper as posted, as it was left, or empty; a new one where the last is replaced."""
    post = way.request.POST
    if post.get("step") in {"review", "cast"}:
        return BallotForm(post, poll=poll)
    if post.get("step") == "change":
        key, replaces, said = post.get("key", ""), post.get("replaces", ""), spell(post)
    else:
        (key, said), replaces = way.left_behind(), way.kept_key(poll)
    return BallotForm(initial={"key": key or way.new_key(), "replaces": replaces, **_initial(said)}, poll=poll)


def spell(post: Any) -> str:
    """What a paper says, in a few characters: projects, or project=points."""
    said = read_post(post)
    return " ".join(f"{p}={n}" for p, n in said.items()) if isinstance(said, dict) else " ".join(map(str, said))


def _initial(said: str) -> dict[str, Any]:
    pairs = [word.partition("=") for word in said.split()]
    points = {f"{POINTS}{project}": value for project, equals, value in pairs if equals}
    return {"choices": [project for project, equals, _value in pairs if not equals], **points}


def show(way: Way, poll: Poll, form: BallotForm, refusal: Refused | None = None) -> HttpResponse:
    """The paper, or in words why there is none."""
    context = {"poll": poll, "form": form, "refusal": refusal, "place": way.place(poll), "way": way}
    return way.leave(render(way.request, "projects/vote.html", context, status=409 if refusal else 200))


def keep(response: HttpResponse, name: str, value: str, *, request: HttpRequest, path: str, seconds: int) -> None:
    """Keep something on the voter's own device, for the pages below this path alone."""
    secure = request.is_secure()
    response.set_cookie(name, value, max_age=seconds, path=path, httponly=True, samesite="Lax", secure=secure)
