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

from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from projects.forms.evening import ActForm, CloseNowForm, FinishForm, LongerForm, OpenNowForm, StageForm
from projects.models import Poll, Turnout
from projects.services import polls, presentations, rolls, screens, troubles

Status = Poll.Status
RUN = "projects.run_poll"
# Which act is offered while the poll is in which status.
ACTS: list[tuple[type[ActForm], Callable[..., Any], Status]] = [
    (OpenNowForm, polls.open_, Status.ANNOUNCED),
    (LongerForm, polls.extend, Status.OPEN),
    (CloseNowForm, polls.close, Status.OPEN),
    (FinishForm, polls.finish, Status.COUNTING),
]


@never_cache
@signed_in
def control(request: SignedInRequest, pk: int) -> HttpResponse:
    """The evening at one glance; every button is a form that acts on POST."""
    poll = visible_or_404(Poll, request.user, RUN, pk=pk)
    stage, forms = StageForm(poll), {form.name: form(poll) for form, _act, _status in ACTS}
    if request.method == "POST":
        done = _on_stage(request, poll) if "stage" in request.POST else _act(request, poll)
        if not isinstance(done, StageForm | ActForm):
            return done
        stage = done if isinstance(done, StageForm) else stage
        forms |= {done.name: done} if isinstance(done, ActForm) else {}
        poll.refresh_from_db()
    offered = {form.name for form, _act, status in ACTS if status == poll.status}
    if poll.extended_from:
        offered.discard(LongerForm.name)
    context = _live(poll) | {"stage": stage, "forms": {name: forms[name] for name in forms if name in offered}}
    context["ticket"] = screens.pass_for(poll)
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
    form, act = next(((f, a) for f, a, _s in ACTS if f.name in request.POST), (FinishForm, polls.finish))
    bound = form(poll, request.POST)
    if bound.is_valid():
        with refusals_on(bound):
            act(poll, by=request.user, **bound.cleaned_data)
            messages.success(request, _("Done."))
            return redirect("projects:control", pk=poll.pk)
    return bound


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
        "is_running": poll.status in troubles.RUNNING,
    }
