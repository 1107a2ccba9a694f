"""评定会控制页: what the street runs a meeting with; every button is a form that acts on POST. And the minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from evaluations.forms import EnterVoteForm, ExcuseForm
from evaluations.models import EvaluationMeeting
from evaluations.services import agendas, interests, meeting_minutes, meetings, seats
from evaluations.views.meetings import RUN, on_now

# What one can do with a project, a seat or the meeting, by the name of the button.
WITH_ITEM: dict[str, Callable[..., Any]] = {
    "present": agendas.present,
    "open_vote": agendas.open_vote,
    "decide": agendas.decide,
    "again": agendas.again,
}
WITH_SEAT: dict[str, Callable[..., Any]] = {"arrive": seats.arrive, "leave": seats.leave}
WITH_MEETING: dict[str, Callable[..., Any]] = {"open": meetings.open_, "close": meetings.close}


@never_cache
@signed_in
def control(request: SignedInRequest, pk: int) -> HttpResponse:
    """The meeting at one glance: who is there, what is on, who has voted."""
    meeting = visible_or_404(EvaluationMeeting, request.user, RUN, pk=pk)
    form = forms.Form()
    if request.method == "POST":
        form = _form_of(request, meeting)
        if form.is_valid():
            with refusals_on(form):
                _act(request, meeting, form)
                messages.success(request, _("Done."))
                return redirect("evaluations:meeting-control", pk=meeting.pk)
        meeting = visible_or_404(EvaluationMeeting, request.user, RUN, pk=pk)
    context = {"meeting": meeting, "form": form, **on_now(meeting, request), **_room(meeting)}
    page = "evaluations/_control.html" if "part" in request.GET else "evaluations/meeting_control.html"
    return render(request, page, context, status=422 if form.errors else 200)


def _form_of(request: SignedInRequest, meeting: EvaluationMeeting) -> forms.Form:
    """What the pressed button asks besides itself."""
    if "excuse" in request.POST:
        return ExcuseForm(request.POST)
    if "enter_vote" in request.POST:
        return EnterVoteForm(request.POST, meeting=meeting)
    return forms.Form(request.POST)


def _act(request: SignedInRequest, meeting: EvaluationMeeting, form: forms.Form) -> None:
    """Do what the pressed button says; its value is the number of the project or the seat."""
    said, by = request.POST, request.user
    for name, act in WITH_MEETING.items():
        if name in said:
            act(meeting, by=by)
    for name, act in [*WITH_ITEM.items(), ("enter_vote", agendas.enter_vote)]:
        if name in said:
            act(
                _one(meeting.items.select_related("meeting", "rating__project"), said[name]), by=by, **form.cleaned_data
            )
    for name, act in [*WITH_SEAT.items(), ("excuse", seats.excuse)]:
        if name in said:
            act(_one(meeting.seats.select_related("meeting", "member"), said[name]), by=by, **form.cleaned_data)


def _one(rows: Any, number: str) -> Any:
    found = rows.filter(pk=number).first() if number.isdecimal() else None
    if found is None:
        raise Http404
    return found


def _room(meeting: EvaluationMeeting) -> dict[str, Any]:
    """Who sits in the meeting; of those who are there, who has still to vote on what is being voted on."""
    all_seats = list(meeting.seats.select_related("member__user").order_by("member__group", "pk"))
    voting = meeting.items.filter(status="voting").select_related("rating").first()
    voted = set(voting.votes.values_list("seat_id", flat=True)) if voting else set()
    apart = _apart(voting)
    present = [seat for seat in all_seats if seat.is_present and seat.member.user_id not in apart]
    return {
        "seats": all_seats,
        "voting": voting,
        "given": len(voted),
        "to_vote": [seat for seat in present if seat.pk not in voted] if voting else [],
        "is_quorate": meeting.quorum_needed is not None
        and sum(seat.is_present for seat in all_seats) >= meeting.quorum_needed,
    }


def _apart(item: Any) -> set[int]:
    return {user for user, _project in interests.of([item.rating.project_id])} if item else set()


@signed_in
def minutes(request: SignedInRequest, pk: int) -> HttpResponse:
    """评定会会议纪要 as sheets of A4 with lines to sign; from the opening of the meeting on."""
    meeting = visible_or_404(EvaluationMeeting, request.user, RUN, pk=pk)
    if meeting.opened_at is None:
        raise Http404
    return render(request, "evaluations/meeting_minutes.html", meeting_minutes.draft(meeting) | {"now": now()})
