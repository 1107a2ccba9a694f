"""控制台: what staff steer the evening with: who presents, the vote, who is here, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from communities.models import User
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from projects.forms.evening import (
    ActForm,
    AnnounceForm,
    CloseNowForm,
    FinishForm,
    HeldForm,
    LongerForm,
    OpenNowForm,
    RunOffForm,
    SettleForm,
    StageForm,
)
from projects.models import Poll, PollResult, Roadshow, Turnout
from projects.services import counting, polls, presentations, roadshows, rolls, runoffs, screens, troubles

Status = Poll.Status
RUN = "projects.run_poll"


def _hold(poll: Poll, *, by: User) -> None:
    roadshows.hold(poll.roadshow, by=by)


def _is_over(poll: Poll) -> bool:
    return poll.is_counted and poll.roadshow.status == Roadshow.Status.ANNOUNCED


# What one can do, and when it is offered.
ACTS: dict[type[ActForm], tuple[Callable[..., Any], Callable[[Poll], bool]]] = {
    AnnounceForm: (polls.announce, lambda poll: poll.status == Status.DRAFT),
    OpenNowForm: (polls.open_, lambda poll: poll.status == Status.ANNOUNCED),
    LongerForm: (polls.extend, lambda poll: poll.status == Status.OPEN and not poll.extended_from),
    CloseNowForm: (polls.close, lambda poll: poll.status == Status.OPEN),
    FinishForm: (polls.finish, lambda poll: poll.status == Status.COUNTING),
    SettleForm: (counting.settle, lambda poll: poll.status == Status.TIED and not counting.needs_runoff(poll)),
    RunOffForm: (runoffs.plan, counting.awaits_runoff),
    HeldForm: (_hold, _is_over),
}


@never_cache
@signed_in
def control(request: SignedInRequest, pk: int) -> HttpResponse:
    """The evening at one glance; every button is a form that acts on POST."""
    poll = visible_or_404(Poll, request.user, RUN, pk=pk)
    stage, acted = StageForm(poll), None
    if request.method == "POST":
        done = _on_stage(request, poll) if "stage" in request.POST else _act(request, poll)
        if not isinstance(done, StageForm | ActForm):
            return done
        stage = done if isinstance(done, StageForm) else stage
        acted = done if isinstance(done, ActForm) else None
        poll = visible_or_404(Poll, request.user, RUN, pk=pk)
    offered = {form.name: form(poll) for form, (_do, is_offered) in ACTS.items() if is_offered(poll)}
    if acted:
        offered[acted.name] = acted
    context = _live(poll) | {"stage": stage, "forms": offered}
    context["ticket"] = screens.pass_for(poll)
    if poll.status == Status.TIED:
        context |= _tie(poll)
    return render(request, "projects/control.html", context)


@never_cache
@signed_in
def live(request: SignedInRequest, pk: int) -> HttpResponse:
    """The part of the control page that renews itself."""
    poll = visible_or_404(Poll, request.user, RUN, pk=pk)
    return render(request, "projects/_control.html", _live(poll))


def _on_stage(request: SignedInRequest, poll: Poll) -> HttpResponse | StageForm:
    form = StageForm(poll, request.POST)
    if form.is_valid():
        with refusals_on(form):
            presentations.present(poll.roadshow, by=request.user, **form.cleaned_data)
            return redirect("projects:control", pk=poll.pk)
    return form


def _act(request: SignedInRequest, poll: Poll) -> HttpResponse | ActForm:
    form = next((form for form in ACTS if form.name in request.POST), FinishForm)
    bound = form(poll, request.POST)
    if bound.is_valid():
        with refusals_on(bound):
            made = ACTS[form][0](poll, by=request.user, **bound.cleaned_data)
            messages.success(request, _("Done."))
            # A run-off has a control page of its own.
            return redirect("projects:control", pk=made.pk if isinstance(made, Poll) else poll.pk)
    return bound


def _tie(poll: Poll) -> dict[str, Any]:
    """Between whom the line falls, and what was announced for that."""
    return {
        "tied": poll.results.filter(outcome=PollResult.Outcome.TIED)
        .select_related("project__team")
        .order_by("project"),
        "runoff": poll.runoffs.valid().order_by("pk").last(),
        "needs_runoff": counting.needs_runoff(poll),
        "needs_lot": counting.needs_lot(poll),
    }


def _live(poll: Poll) -> dict[str, Any]:
    turnout, at = rolls.figures(poll), now()
    words = dict(Turnout.Channel.choices)
    return {
        "poll": poll,
        "roadshow": poll.roadshow,
        "figures": turnout,
        "entries": poll.roadshow.entries.select_related("project__team"),
        "there": presentations.current(poll.roadshow),
        "shown": {turn.project.pk for turn in presentations.turns(poll.roadshow)},
        "channels": [(words[channel], number) for channel, number in rolls.by_channel(poll).items()],
        "troubles": troubles.of(poll, turnout=turnout, at=at),
        "kiosks": troubles.kiosks_of(poll),
        "at": at,
        "milliseconds": screens.now_in_milliseconds(),
        "is_running": poll.status in Poll.UNDER_WAY,
    }
