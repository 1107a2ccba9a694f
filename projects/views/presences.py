"""签到: what a scan of the big screen leads to, and the list at the door."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from communities.models import Resident
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from projects.forms.ballots import is_id
from projects.forms.evening import TicketForm
from projects.models import Poll
from projects.services import presences, rolls

TAKE = "projects.take_presence"


def scan(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Where a scanned code leads: the half minute becomes a ticket that leaves time to sign in."""
    poll = visible_or_404(Poll, request.user, "projects.view_poll", pk=pk)
    ticket = presences.scan(poll, code=code)
    return redirect(f"{reverse('projects:here', args=[pk])}?{urlencode({'ticket': ticket})}")


@never_cache
@signed_in
def here(request: SignedInRequest, pk: int) -> HttpResponse:
    """One button: I am here."""
    poll = visible_or_404(Poll, request.user, "projects.view_poll", pk=pk)
    form = TicketForm(request.POST or None, initial={"ticket": request.GET.get("ticket", "")})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            presences.check_in(poll, ticket=form.cleaned_data["ticket"], by=request.user)
            messages.success(request, _("You are checked in. Welcome!"))
            return redirect(poll)
    is_present = poll.presences.filter(resident__user=request.user).exists()
    return render(request, "projects/here.html", {"poll": poll, "form": form, "is_present": is_present})


@never_cache
@signed_in
def arrivals(request: SignedInRequest, pk: int) -> HttpResponse:
    """The list at the door, for a phone: search, tap, next."""
    poll = visible_or_404(Poll, request.user, TAKE, pk=pk)
    said = (request.POST or request.GET).get("q", "")
    refusal = None
    if request.method == "POST":
        number = request.POST.get("resident", "")
        resident = get_object_or_404(Resident, pk=number if is_id(number) else None, region=poll.region)
        form = TicketForm({})
        with refusals_on(form):
            presences.take(poll, resident=resident, by=request.user)
            messages.success(request, _("Checked in: %(name)s") % {"name": resident})
            return redirect(f"{reverse('projects:arrivals', args=[pk])}?{urlencode({'q': said})}")
        refusal = form.non_field_errors()
    people, fitting = presences.at_the_door(poll, said=said)
    context = {"poll": poll, "arrivals": people, "fitting": fitting, "said": said, "refusal": refusal}
    context |= {"figures": rolls.figures(poll), "takes": poll.status in Poll.UNDER_WAY}
    return render(request, "projects/arrivals.html", context)
