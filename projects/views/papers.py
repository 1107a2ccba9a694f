"""纸质选票: printed by staff, and counted in by two people who do not see each other's entries."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from communities.pages import SignedInRequest, refusals_on, signed_in
from communities.qr import qr_to_fit
from projects.forms.hall import SetAsideForm, SheetForm, SheetsForm
from projects.models import PaperSheet, Poll
from projects.services import ballots, papers, polls

from .hall import poll_of_staff


@never_cache
@signed_in
def paper_desk(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Print blank paper ballots; which of them somebody gets is written down nowhere."""
    poll = poll_of_staff(request, pk)
    form = SheetsForm(request.POST or None, poll=poll)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            sheets = papers.print_sheets(poll, by=request.user, **form.cleaned_data)
            return _printed(request, poll, sheets)
    context = {"poll": poll, "form": form, "sheets": poll.sheets.count(), "handed_out": papers.handed_out(poll)}
    return render(request, "projects/paper_desk.html", context)


def _printed(request: HttpRequest, poll: Poll, sheets: list[PaperSheet]) -> HttpResponse:
    address = request.build_absolute_uri(poll.get_absolute_url())
    context = {
        "poll": poll,
        "codes": [ballots.as_shown(sheet.code) for sheet in sheets],
        "for_experts": any(sheet.for_experts for sheet in sheets),
        "entries": polls.standing(poll),
        "address": address,
        "qr": qr_to_fit(address),
    }
    return render(request, "projects/papers_printed.html", context)


@never_cache
@sensitive_post_parameters()
@signed_in
def count_in(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Enter one sheet after the other; beside it how far all are, by their codes alone."""
    poll = poll_of_staff(request, pk)
    do = request.POST.get("do", "")
    form = SheetForm(request.POST if do == "enter" else None, poll=poll)
    aside = SetAsideForm(request.POST if do == "aside" else None)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            papers.enter(poll, by=request.user, **_read(form))
            messages.success(request, _("Entered: %s") % form.cleaned_data["code"].upper())
            return redirect("projects:count-in", pk)
    if aside.is_bound and aside.is_valid():
        with refusals_on(aside):
            papers.set_aside(poll, by=request.user, **aside.cleaned_data)
            return redirect("projects:count-in", pk)
    if do == "finish":
        polls.finish(poll, by=request.user)
        return redirect(poll)
    return render(request, "projects/count_in.html", {**_state(request, poll), "form": form, "aside": aside})


def _read(form: SheetForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("code", "choices", "is_spoiled")}


def _state(request: SignedInRequest, poll: Poll) -> dict[str, Any]:
    """How far the sheets are: codes and looks, never what somebody read."""
    sheets = list(papers.sheets(poll))
    mine = {ballots.as_shown(sheet.code) for sheet in poll.sheets.filter(entries__by=request.user)}
    waiting = [sheet.code for sheet in sheets if not sheet.is_agreed]
    return {
        "poll": poll,
        "agreed": sum(sheet.is_agreed for sheet in sheets),
        "once": [sheet.code for sheet in sheets if sheet.looks == 1],
        "differ": [sheet.code for sheet in sheets if sheet.differs],
        "for_me": [code for code in waiting if code not in mine],
        "handed_out": papers.handed_out(poll),
        "set_aside": poll.sheets.exclude(set_aside="").order_by("code"),
        "is_ready": poll.status == Poll.Status.COUNTING and not waiting,
    }
