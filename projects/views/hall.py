"""现场: what staff do at the venue besides running the evening: whom to give paper, and whom to help."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from communities.models import Resident
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from projects.forms.hall import HelpForm, SearchForm
from projects.models import Poll, VoterRollEntry
from projects.services import papers, rolls, slips

from .kiosks import open_helped

A_PAGE = 30
RUN = "projects.run_poll"


def poll_of_staff(request: HttpRequest, pk: int) -> Poll:
    """The poll, for those who run it; a stranger's is 404."""
    return visible_or_404(Poll, request.user, RUN, pk=pk)


def found(people: Any, query: str) -> Any:
    """Those whose name, grid or phone number fits what was typed; personal data is encrypted, so each is read."""
    words = query.strip()
    return [one for one in people if _fits(one, words)] if words else people


def _fits(one: Any, words: str) -> bool:
    person = one if isinstance(one, Resident) else one.person
    return words in person.name or words == one.grid or person.phone.endswith(words)


def page_of(request: HttpRequest, people: Any) -> Any:
    return Paginator(people, A_PAGE).get_page(request.GET.get("page"))


@never_cache
@signed_in
def hall(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything for the venue on one page."""
    poll = poll_of_staff(request, pk)
    context = {
        "poll": poll,
        "slips": poll.slips.valid().filter(helper="").count(),
        "kiosks": poll.kiosks.in_use().count(),
        "sheets": poll.sheets.count(),
        "handed_out": papers.handed_out(poll),
        "channels": rolls.by_channel(poll),
    }
    return render(request, "projects/hall.html", context)


@never_cache
@signed_in
def door(request: SignedInRequest, pk: int) -> HttpResponse:
    """The list at the door: who is on the roll and who has voted; names are masked, but found by the whole name."""
    poll = poll_of_staff(request, pk)
    form = SearchForm(request.GET or None)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    # The few experts first.
    entries = poll.roll.with_voted().select_related("resident", "user").order_by("voice", "resident__grid", "pk")
    context = {"poll": poll, "form": form, "page": page_of(request, found(entries, query)), "query": query}
    return render(request, "projects/door.html", context)


def _entry(request: SignedInRequest, pk: int) -> VoterRollEntry:
    rows = VoterRollEntry.objects.for_user(request.user, RUN).with_voted().select_related("resident", "user", "poll")
    entry: VoterRollEntry = get_object_or_404(rows, pk=pk)
    return entry


@never_cache
@signed_in
def voter(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """One person on the roll: hand out paper, or open the paper here for somebody who needs help."""
    entry = _entry(request, pk)
    form = HelpForm(request.POST if request.POST.get("do") == "help" else None)
    if request.method == "POST" and request.POST.get("do") == "paper":
        papers.hand_out(entry, by=request.user)
        words = _("Please hand %s a paper ballot now, any from the pile.")
        if entry.is_expert:
            words = _("Please hand %s a paper ballot now, any from the pile of the experts.")
        messages.success(request, words % entry)
        return redirect("projects:door", entry.poll_id)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            secret = slips.help_with(entry, by=request.user, **form.cleaned_data)
            return open_helped(request, slips.find(secret))
    context = {"entry": entry, "poll": entry.poll, "form": form, "helped": slips.helped(entry)}
    return render(request, "projects/voter.html", context)
