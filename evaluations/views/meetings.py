"""The member's pages of an evaluation meeting, on the phone: I am here, what is on, my vote."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from evaluations.explanation import explain
from evaluations.forms import VoteForm
from evaluations.models import AgendaItem, EvaluationMeeting, EvaluationRound, Rating
from evaluations.services import agendas, interests, seats

PAGE = 50  # projects of the agenda at a time
VIEW, RUN = "evaluations.view_evaluationmeeting", "evaluations.run_evaluationmeeting"


@signed_in
def meetings(request: SignedInRequest) -> HttpResponse:
    """The meetings that I am invited to, or run."""
    mine = EvaluationMeeting.objects.for_user(request.user, VIEW).select_related("round", "region")
    return render(request, "evaluations/meetings.html", {"meetings": mine.order_by("-starts_at")[:50]})


@never_cache
@signed_in
def meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is on now; whoever has a seat says here that they are there."""
    found = visible_or_404(EvaluationMeeting, request.user, VIEW, pk=pk)
    seat, form = seats.seat_of(found, request.user), forms.Form(request.POST or None)
    if request.method == "POST" and seat:
        with refusals_on(form):
            seats.arrive(seat, by=request.user)
            return redirect(found)
    context = {"meeting": found, "seat": seat, "form": form, **on_now(found, request)}
    page = "evaluations/_meeting.html" if "part" in request.GET else "evaluations/meeting.html"
    return render(request, page, context, status=422 if form.errors else 200)


def on_now(meeting: EvaluationMeeting, request: SignedInRequest) -> dict[str, Any]:
    """The agenda with what is on now, and how many are there, in as many queries whatever its length."""
    user, items = request.user, list(meeting.items.select_related("rating__project__team"))
    apart = interests.of([item.rating.project_id for item in items])
    page = _page(items, request.GET.get("page"))
    return {
        "page": page,
        "items": page.object_list,
        "current": [item for item in items if item.status in {"presenting", "voting"}],
        "recused": [item.pk for item in items if (user.pk, item.rating.project_id) in apart],
        "voted": set(meeting.votes_of(user)),
        "present": meeting.seats.present().count(),
        "invited": meeting.members or meeting.seats.count(),
        "may_run": user.has_perm(RUN, meeting),
    }


def _page(items: list[AgendaItem], asked: str | None) -> Page[AgendaItem]:
    """The part of a long agenda that was asked for; else the one at which the meeting has arrived."""
    ahead = next((place for place, item in enumerate(items) if not item.is_decided), 0)
    return Paginator(items, PAGE).get_page(asked or ahead // PAGE + 1)


@never_cache
@signed_in
def agenda_item(request: SignedInRequest, pk: int) -> HttpResponse:
    """One project: how its grade came about, and my vote on it."""
    item = visible_or_404(AgendaItem, request.user, "evaluations.view_agendaitem", pk=pk)
    form = VoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            agendas.vote(item, by=request.user, **form.cleaned_data)
            messages.success(request, _("Your vote is recorded."))
            return redirect("evaluations:agenda-item", pk=item.pk)
    context = {"item": item, "meeting": item.meeting, "project": item.rating.project, "form": form}
    context |= _figures(item) | _own(request, item)
    return render(request, "evaluations/agenda_item.html", context, status=422 if form.errors else 200)


def _figures(item: AgendaItem) -> dict[str, Any]:
    """The figures behind a grade: from the closing of the round on, never before."""
    shown = item.meeting.round.status in EvaluationRound.MARKS_ARE_SHOWN
    graded = item.rating.status in {Rating.Status.PROVISIONAL, Rating.Status.FINAL} and item.rating.breakdown
    return {"explanation": explain(item.rating) if shown and graded else None}


def _own(request: SignedInRequest, item: AgendaItem) -> dict[str, Any]:
    """What this person may do with it, and how everybody voted once it is decided."""
    seat = seats.seat_of(item.meeting, request.user)
    mine = item.votes.filter(seat=seat).first() if seat else None
    project = item.rating.project_id
    recused = (request.user.pk, project) in interests.of([project])
    votes = item.votes.counted().select_related("seat__member__user") if item.is_decided else ()
    may_vote = item.is_voting and seat is not None and seat.is_present and mine is None and not recused
    return {"seat": seat, "mine": mine, "is_recused": recused, "votes": votes, "may_vote": may_vote}
