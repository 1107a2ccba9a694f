"""投票: by phone, signed in."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from communities.pages import visible_or_404
from communities.sessions import SessionLimits
from projects.models import Poll
from projects.services import ballots, tickets

from .ballot_papers import Way, fill_in, keep, spell

# Keeps what was ticked on the voter's own device while they sign in again.
COOKIE = "ballot-paper"
TEN_MINUTES = 600


class ByAccount(Way):
    """手机投票: the voter is found by who is signed in."""

    @cached_property
    def path(self) -> str:
        return reverse("projects:vote", args=[self.pk])

    def poll(self) -> Poll:
        return visible_or_404(Poll, self.request.user, "projects.view_poll", pk=self.pk)

    def cast(self, **paper: Any) -> str:
        by: Any = self.request.user
        return ballots.cast(Poll(pk=self.pk), by=by, **paper)

    @property
    def who(self) -> str:
        return f"{self.request.user.pk}:{self.pk}"

    def ticket(self) -> str:
        user: Any = self.request.user
        return tickets.issue(Poll(pk=self.pk), user=user)

    def left_behind(self) -> tuple[str, str]:
        key, _sep, said = self.request.COOKIES.get(COOKIE, "").partition(":")
        return key, said

    def is_known(self) -> bool:
        return self.request.user.is_authenticated

    def entry(self, poll: Poll) -> Any:
        by: Any = self.request.user
        return ballots.place_of(poll, user=by)

    def leave(self, response: HttpResponse) -> HttpResponse:
        if self.request.user.is_authenticated and COOKIE in self.request.COOKIES:
            response.delete_cookie(COOKIE, path=self.request.path)
        return response


@never_cache
@sensitive_post_parameters()
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot paper of somebody who is signed in; others are led to the door and back."""
    if request.method == "POST" and not request.user.is_authenticated:
        return _sign_in_first(request, pk)
    return fill_in(ByAccount(request, pk))


class ByTicket(ByAccount):
    """手机投票, the second post: the ticket says whose vote it is; session and account are asked only after a no."""

    def __init__(self, request: HttpRequest, pk: int, voter: int) -> None:
        super().__init__(request, pk)
        self.voter = voter

    def cast(self, **paper: Any) -> str:
        return ballots.cast_by_number(self.pk, voter=self.voter, **paper)

    @property
    def who(self) -> str:
        return f"{self.voter}:{self.pk}"


# The ticket is itself what a forged request would lack; without one the usual check is made.
@csrf_exempt
@never_cache
@sensitive_post_parameters()
def cast(request: HttpRequest, pk: int) -> HttpResponse:
    """Cast the paper that was looked over."""
    voter = tickets.redeem(request.POST.get("ticket", ""), poll=pk) if request.POST.get("step") == "cast" else None
    if voter is not None:
        return fill_in(ByTicket(request, pk, voter))
    guarded = csrf_protect(vote)
    ended = SessionLimits(lambda asked: guarded(asked, pk)).process_view(request, vote, (), {})
    return ended or guarded(request, pk)


cast.without_session = True  # type: ignore[attr-defined]


def _sign_in_first(request: HttpRequest, pk: int) -> HttpResponse:
    """Signed out meanwhile: sign in again, then go on with what was ticked."""
    page = reverse("projects:vote", args=[pk])
    response = redirect_to_login(page, settings.LOGIN_URL)
    paper = f"{request.POST.get('key', '')[:64]}:{spell(request.POST)[:1000]}"
    keep(response, COOKIE, paper, request=request, path=page, seconds=TEN_MINUTES)
    return response
