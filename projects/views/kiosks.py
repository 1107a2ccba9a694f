"""投票亭: a tablet at the venue that opens a paper for six digits, returns to the start by itself, and keeps nothing.

An opened paper is a signed note in a cookie of this device: which slip, and the key of the ballot. It dies with the
receipt and at the start page, so that the back button shows nobody's choice to whoever comes next.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from communities.models import Refused
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from projects.forms.hall import CodeForm, KioskForm
from projects.models import Kiosk, Poll, Turnout, VotingSlip
from projects.services import ballots, kiosks, slips, troubles

from .ballot_papers import TWO_DAYS, Way, fill_in, keep

KIOSK, PAPER = "kiosk", "paper"
HALF_AN_HOUR = 1800
CODE_LENGTH = 6
RUN = "projects.run_poll"


class Opened(Way):
    """开启的选票: the voter is found by what was opened on this device."""

    base = "projects/kiosk_base.html"
    keeps = False
    is_kiosk = True
    idle = 120  # seconds without a touch, after which it returns to the start

    def __init__(self, request: HttpRequest, slip: VotingSlip, key: str, *, path: str, back: str) -> None:
        super().__init__(request, slip.poll_id)
        self.slip, self.key, self.path, self.start = slip, key, path, back

    @property
    def back(self) -> str:
        return self.start

    def poll(self) -> Poll:
        return self.slip.poll

    def new_key(self) -> str:
        return self.key

    def cast(self, **paper: Any) -> str:
        return slips.cast(self.slip, channel=Turnout.Channel.KIOSK, **paper)

    def entry(self, poll: Poll) -> Any:
        return slips.entry_of(self.slip)

    def leave(self, response: HttpResponse) -> HttpResponse:
        note = signing.dumps([self.slip.pk, self.key], salt=PAPER)
        keep(response, PAPER, note, request=self.request, path=self.path, seconds=HALF_AN_HOUR)
        return response

    def done(self, response: HttpResponse) -> HttpResponse:
        response.delete_cookie(PAPER, path=self.path)
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return response


def _opened(request: HttpRequest, poll: Poll, *, path: str, back: str) -> Opened | None:
    """The paper that lies open on this device; none when it is finished, or another one's form is sent again."""
    try:
        number, key = signing.loads(request.COOKIES.get(PAPER, ""), salt=PAPER, max_age=HALF_AN_HOUR)
    except signing.BadSignature:
        return None
    if request.method == "POST" and request.POST.get("key") != key:
        return None
    slip = poll.slips.valid().select_related("poll").filter(pk=number).first()
    return Opened(request, slip, key, path=path, back=back) if slip else None


# -- the tablet


@never_cache
@sensitive_post_parameters()
def kiosk(request: Any, pk: int) -> HttpResponse:
    """The tablet: six digits, the paper, the receipt, and the start again."""
    request.elder = True
    poll = Poll.objects.filter(pk=pk).first()
    tablet = kiosks.find(request.COOKIES.get(KIOSK, ""), poll=poll) if poll else None
    if poll is None or tablet is None:
        return render(request, "projects/kiosk_ended.html", status=404)
    start = reverse("projects:kiosk", args=[pk])
    if request.POST.get("step"):
        way = _opened(request, poll, path=start, back=start)
        return fill_in(way) if way else redirect(start)
    return _start(request, tablet, start)


def _start(request: HttpRequest, tablet: Kiosk, start: str) -> HttpResponse:
    """The number pad: each button adds a digit, or takes the last one away; it works without a script."""
    typed = "".join(filter(str.isdecimal, request.POST.get("code", "")[:12]))
    pressed = request.POST.get("press", "")
    typed = typed[:-1] if pressed == "back" else (typed + pressed if pressed.isdecimal() else typed)[:CODE_LENGTH]
    form, refusal = CodeForm(initial={"code": typed}), ""
    if request.method == "GET":
        troubles.note_kiosk(tablet, at=now())
    if request.method == "POST" and len(typed) == CODE_LENGTH:
        try:
            slip = kiosks.open_paper(tablet, code=typed)
            return fill_in(Opened(request, slip, ballots.new_key(), path=start, back=start))
        except Refused as no:
            form, refusal = CodeForm(), str(no)
    elif request.method == "POST" and not pressed:
        refusal = _("The code has six digits; they stand on your slip.")
    context = {"poll": tablet.poll, "kiosk": tablet, "form": form, "refusal": refusal, "start": start}
    response = render(request, "projects/kiosk.html", context, status=409 if refusal else 200)
    response.delete_cookie(PAPER, path=start)
    return response


# -- staff


@never_cache
@signed_in
def kiosk_desk(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Make the device in one's hand a kiosk: it is signed out, and holds nothing but the kiosk's own secret."""
    poll = visible_or_404(Poll, request.user, RUN, pk=pk)
    form = KioskForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            _tablet, secret = kiosks.set_up(poll, name=form.cleaned_data["name"], by=request.user)
            return _become(request, poll, secret)
    context = {"poll": poll, "form": form, "kiosks": poll.kiosks.all(), "is_printable": poll.status in Poll.UNDER_WAY}
    return render(request, "projects/kiosk_desk.html", context)


def _become(request: SignedInRequest, poll: Poll, secret: str) -> HttpResponse:
    start = reverse("projects:kiosk", args=[poll.pk])
    logout(request)
    response = redirect(start)
    keep(response, KIOSK, secret, request=request, path=start, seconds=TWO_DAYS)
    return response


@require_POST
@signed_in
def end_kiosk(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Take a tablet out of service."""
    tablet = get_object_or_404(Kiosk.objects.for_user(request.user, RUN), pk=pk)
    kiosks.end(tablet, by=request.user)
    messages.success(request, _("The kiosk is out of service."))
    return redirect("projects:kiosk-desk", tablet.poll_id)


# -- helped


def open_helped(request: SignedInRequest, slip: VotingSlip) -> HttpResponse:
    """Open the paper of a helped vote on this device."""
    path = reverse("projects:helped", args=[slip.poll_id])
    way = Opened(request, slip, ballots.new_key(), path=path, back="")
    return way.leave(redirect(path))


@never_cache
@sensitive_post_parameters()
@signed_in
def helped(request: Any, pk: int) -> HttpResponseBase:
    """The one-off paper of a helped vote; afterwards one is back at the list."""
    request.elder = True
    poll = visible_or_404(Poll, request.user, RUN, pk=pk)
    back = reverse("projects:door", args=[pk])
    way = _opened(request, poll, path=reverse("projects:helped", args=[pk]), back=back)
    if way is None:
        return redirect(back)
    way.idle = HALF_AN_HOUR  # nobody else is waiting for this device
    return fill_in(way)
